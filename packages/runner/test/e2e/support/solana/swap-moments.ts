import { setTimeout as sleep } from 'node:timers/promises'
import type { RunnerProcess } from '../runner-process.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { SolanaVoyage } from './solana-voyage.ts'
import type { RequestTrap } from './swap-proxy.ts'

/** Steps of a swap at which something is asked of the network, in their order. */
const REQUESTS = ['/build', 'simulateTransaction', 'sendTransaction', 'getSignatureStatuses', 'getTransaction'] as const

/** What a kill does to the request that was under way. */
const FATES = ['lost', 'arrives', 'arrives-late', 'answer-lost', 'answered'] as const

/** When a runner is killed: at a request, or somewhere. */
export type SwapMoment =
  | `${(typeof REQUESTS)[number]} ${(typeof FATES)[number]}`
  | 'starting'
  | 'running'
  | 'planned'
  | 'booked'
  | 'ended'
  | 'terminated'

const ELSEWHERE = ['starting', 'running', 'planned', 'planned', 'booked', 'ended', 'terminated'] as const

/** All of them, those around the broadcast more often. */
export const SWAP_MOMENTS: readonly SwapMoment[] = [
  ...FATES.map((fate) => `sendTransaction ${fate}` as const),
  ...FATES.map((fate) => `sendTransaction ${fate}` as const),
  ...REQUESTS.flatMap((request) => FATES.map((fate) => `${request} ${fate}` as const)),
  ...ELSEWHERE,
]

/** How long a runner may take to come to its moment before it is killed wherever it is, wall ms. */
const PATIENCE_MS = 20_000
/** A transaction that is held up longer than this has expired, wall ms. */
const LATEST_MS = 7_000

/** Lets a runner live until a moment and ends it there. Rejects when it ended by itself. */
export async function endAt(
  moment: SwapMoment,
  runner: RunnerProcess,
  voyage: SolanaVoyage,
  random: SeededRandom,
): Promise<void> {
  await reach(moment, runner, voyage, random)
  voyage.proxy.trap = null
  if (moment === 'terminated') {
    runner.signal('SIGTERM')
    const end = await runner.ended
    if (end.code !== 0) throw new Error(`SIGTERM was to end it cleanly: ${JSON.stringify(end)} ${runner.said()}`)
    return
  }
  const end = await runner.kill()
  if (end.signal !== 'SIGKILL') throw new Error(`it ended by itself: ${JSON.stringify(end)} ${runner.said()}`)
}

async function reach(
  moment: SwapMoment,
  runner: RunnerProcess,
  voyage: SolanaVoyage,
  random: SeededRandom,
): Promise<void> {
  // All others name a request.
  const name: string = moment
  switch (name) {
    case 'starting':
      return await sleep(random.between(50, 4_000))
    case 'running':
    case 'terminated':
      await runner.line(/ decision /, PATIENCE_MS)
      return await sleep(random.between(0, 3_000))
    case 'planned':
      await runner.line(/ intent .* planned /, PATIENCE_MS)
      return await sleep(random.between(0, 60))
    case 'booked':
      await runner.line(/ fill /, PATIENCE_MS)
      return await sleep(random.between(0, 8))
    case 'ended':
      await runner.line(/ intent .* filled /, PATIENCE_MS)
      return await sleep(random.between(0, 8))
    default:
      return await trapped(moment, runner, voyage, random)
  }
}

async function trapped(
  moment: SwapMoment,
  runner: RunnerProcess,
  voyage: SolanaVoyage,
  random: SeededRandom,
): Promise<void> {
  const [what = '', fate] = moment.split(' ')
  const { promise, resolve } = Promise.withResolvers<void>()
  const killed = async (goesOn: boolean): Promise<boolean> => {
    await runner.kill()
    resolve()
    return goesOn
  }
  const late = random.between(200, LATEST_MS)
  const wait = random.between(0, 15)
  const traps: Record<string, Omit<RequestTrap, 'what' | 'skip'>> = {
    lost: { onArrival: () => killed(false) },
    arrives: { onArrival: () => killed(true) },
    'arrives-late': { onArrival: () => killed(true).then(() => sleep(late, true)) },
    'answer-lost': { onAnswer: () => killed(false) },
    answered: { onAnswered: () => setTimeout(resolve, wait) },
  }
  voyage.proxy.trap = { what, skip: Math.floor(random.between(0, 3)), ...traps[fate ?? ''] }
  const tooLate = setTimeout(resolve, PATIENCE_MS)
  await promise
  clearTimeout(tooLate)
}
