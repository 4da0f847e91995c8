// Run by pglite-crash.test.ts as a process of its own, to be killed: writes as the loop does and says so after each write that was acknowledged.
import { writeSync } from 'node:fs'
import { openStore } from '../../src/store/open-store.ts'
import { addPosition, booking, fill, HOUR, newIntent, sealed, step, T0 } from './behaviour/samples.ts'

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('the folder of the database is expected')
const store = await openStore({ kind: 'pglite', directory }, { now: Date.now })
const position = await addPosition(store, 'crash')
let n = position.lastBarTs === null ? 0 : (position.lastBarTs - T0) / HOUR + 1
writeSync(1, 'open\n')
for (; ; n += 1) {
  const state = { n, padding: 'x'.repeat(5_000 + Math.trunc(Math.random() * 15_000)) }
  await store.recordStep(step(position.id, T0 + n * HOUR, { state, intent: newIntent(`intent-${n}`) }))
  writeSync(1, `step ${n}\n`)
  await store.sealOrder({ intentId: `intent-${n}`, sealed: sealed(`order-${n}`), request: null })
  await store.markSubmitting(`order-${n}`)
  writeSync(1, `submitting ${n}\n`)
  await store.bookFills(booking(position.id, [fill(`fill-${n}`)], { intentId: `intent-${n}`, state }))
  writeSync(1, `fill ${n}\n`)
}
