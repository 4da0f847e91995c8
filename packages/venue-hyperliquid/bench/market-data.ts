/**
 * Trades of 1,000 coins from a loopback socket to closed bars and the PM's input, against `ws` and `JSON.parse` alone over the same frames: `pnpm bench`.
 * The two take turns; the ratio is the median over the rounds.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Contender } from './market-data/contenders.ts'
import { adapter, bare } from './market-data/contenders.ts'
import type { FramePlan } from './market-data/frames.ts'

const ROUNDS = 11
const plan: FramePlan = {
  coins: Array.from({ length: 1000 }, (_, n) => `C${n}`),
  frames: 100_000,
  from: Date.UTC(2026, 0, 15),
  lengthMs: 240_000,
}

const feeder = new Worker(new URL('./market-data/feeder.ts', import.meta.url), { workerData: plan })
const [{ port }] = (await once(feeder, 'message')) as [{ port: number }]

interface Timing {
  readonly ms: number
  /** Of this thread: what others on the machine do does not count. */
  readonly busyMs: number
}

let made = ''
const timed = async (contender: Promise<Contender>): Promise<Timing> => {
  await using client = await contender
  const [start, used] = [performance.now(), process.threadCpuUsage()]
  feeder.postMessage('go')
  await client.done
  const ms = performance.now() - start
  const { user, system } = process.threadCpuUsage(used)
  made = client.result()
  return { ms, busyMs: (user + system) / 1000 }
}
const round = async () => ({ bare: await timed(bare(port)), adapter: await timed(adapter(port, plan)) })

for (let warmUp = 0; warmUp < 2; warmUp += 1) await round()
const rounds: Awaited<ReturnType<typeof round>>[] = []
for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round())
await feeder.terminate()

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const perFrame = (ms: number) => `${((ms * 1000) / plan.frames).toFixed(2)} µs/frame`
console.log(`${ROUNDS} rounds of ${plan.frames} frames of ${plan.coins.length} coins (${made}), medians`)
const report = (name: string, pick: (timing: Timing) => number) => {
  const ratio = median(rounds.map((each) => pick(each.bare) / pick(each.adapter)))
  console.log(`ws + JSON.parse alone, ${name}     ${perFrame(median(rounds.map((each) => pick(each.bare))))}`)
  console.log(`adapter, bars and PM series, ${name}     ${perFrame(median(rounds.map((each) => pick(each.adapter))))}`)
  console.log(`speed of the adapter / ws + JSON.parse, ${name}     ${ratio.toFixed(2)} (want >= 0.70)`)
}
report('elapsed', ({ ms }) => ms)
report('processor', ({ busyMs }) => busyMs)
