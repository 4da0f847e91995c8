import { setTimeout as sleep } from 'node:timers/promises'
import type { ExchangeProxy, OrderTrap } from './exchange-proxy.ts'
import type { RunnerProcess } from './runner-process.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Voyage } from './voyage.ts'

/** When a runner is killed. */
export type Moment =
  /** Somewhere between its first instruction and its first order. */
  | 'starting'
  | 'running'
  /** The intent is on disk, the order is being sealed and marked. */
  | 'planned'
  /** The order has left; it never arrives. */
  | 'order-lost'
  /** The order has left; it arrives after the death. */
  | 'order-arrives'
  /** The venue has executed it; nobody hears the answer. */
  | 'answer-lost'
  /** The answer is being read, fills are being booked. */
  | 'answered'
  /** The venue has said that it executed the order, but not yet which fills. */
  | 'fills-asked'
  /** A fill was booked. */
  | 'booked'
  /** The end of an order was written. */
  | 'ended'
  /** Not killed: asked to end. */
  | 'terminated'

export const MOMENTS_WITHOUT_PROXY: readonly Moment[] = [
  'planned',
  'booked',
  'ended',
  'running',
  'starting',
  'terminated',
]

export const MOMENTS: readonly Moment[] = [
  ...MOMENTS_WITHOUT_PROXY,
  'order-lost',
  'order-arrives',
  'answer-lost',
  'answered',
  'fills-asked',
]

/** How long a runner may take to come to its moment before it is killed wherever it is, wall ms. */
const PATIENCE_MS = 20_000

/** Lets a runner live until a moment and ends it there. Rejects when it ended by itself. */
export async function endAt(
  moment: Moment,
  runner: RunnerProcess,
  voyage: Voyage,
  random: SeededRandom,
): Promise<void> {
  const { proxy } = voyage
  await reach(moment, runner, voyage, random)
  if (proxy !== null) proxy.trap = null
  if (moment === 'terminated') {
    runner.signal('SIGTERM')
    const end = await runner.ended
    if (end.code !== 0) throw new Error(`SIGTERM was to end it cleanly: ${JSON.stringify(end)} ${runner.said()}`)
    return
  }
  const end = await runner.kill()
  if (end.signal !== 'SIGKILL') throw new Error(`it ended by itself: ${JSON.stringify(end)} ${runner.said()}`)
}

async function reach(moment: Moment, runner: RunnerProcess, voyage: Voyage, random: SeededRandom): Promise<void> {
  const { proxy } = voyage
  switch (moment) {
    case 'starting':
      return await sleep(random.between(50, 3_000))
    case 'running':
    case 'terminated':
      await runner.line(/ decision /, PATIENCE_MS)
      return await sleep(random.between(0, 2_500))
    case 'planned':
      await runner.line(/ intent .* planned /, PATIENCE_MS)
      return await sleep(random.between(0, 12))
    case 'booked':
      await runner.line(/ fill /, PATIENCE_MS)
      return await sleep(random.between(0, 8))
    case 'ended':
      await runner.line(/ intent .* filled /, PATIENCE_MS)
      return await sleep(random.between(0, 8))
    case 'order-lost':
      return await trapped(proxy, (sprung) => ({ onArrival: () => killed(runner, sprung, false) }))
    case 'order-arrives':
      return await trapped(proxy, (sprung) => ({ onArrival: () => killed(runner, sprung, true) }))
    case 'answer-lost':
      return await trapped(proxy, (sprung) => ({ onAnswer: () => killed(runner, sprung, false) }))
    case 'answered':
      await trapped(proxy, (sprung) => ({ onAnswered: sprung }))
      return await sleep(random.between(0, 15))
    case 'fills-asked':
      await runner.line(/ decision /, PATIENCE_MS)
      // The stream would tell them before anybody has to ask.
      voyage.faults(runner).add({ kind: 'stalled-socket', channel: 'userFills' })
      return await trapped(proxy, (sprung) => ({ onFillsAsked: () => killed(runner, sprung, false) }))
  }
}

async function killed(runner: RunnerProcess, sprung: () => void, goesOn: boolean): Promise<boolean> {
  await runner.kill()
  sprung()
  return goesOn
}

async function trapped(proxy: ExchangeProxy | null, make: (sprung: () => void) => OrderTrap): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (proxy === null) throw new Error('nobody stands between the runner and its venue')
  proxy.trap = make(resolve)
  const late = setTimeout(resolve, PATIENCE_MS)
  await promise
  clearTimeout(late)
}
