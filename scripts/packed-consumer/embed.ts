import { setTimeout as sleep } from 'node:timers/promises'
import type { PositionView } from '@portolan/runner'
import { createRunner, loadSetup } from '@portolan/runner'

/** A program that embeds the runner: it starts it, waits until every position knows its state and a price, tells both, and stops it. */
const PATIENCE_MS = 30_000

const knows = ({ state, price }: PositionView): boolean => state !== null && price !== null

await using runner = createRunner({ setup: await loadSetup({ cwd: import.meta.dirname }), simulators: true })
await runner.start()
const deadline = performance.now() + PATIENCE_MS
while (!runner.snapshot().positions.every(knows)) {
  if (performance.now() > deadline) throw new Error(JSON.stringify(runner.snapshot(), null, 2))
  await sleep(100)
}
for (const { venue, instrument, state, price } of runner.snapshot().positions) {
  console.log(JSON.stringify({ venue, instrument, state, price }))
}
