import type { ManualClock } from '../../harness/manual-clock.ts'

/** Lets everything run that waits for promises alone; no timer of the machine is involved. */
export async function drain(turns = 200): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
}

/** Lets virtual time pass in steps, each with all that follows from it. */
export async function pass(clock: ManualClock, ms: number, step = 50): Promise<void> {
  await drain()
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left))
    await drain()
  }
}

/** What a promise comes to, time passing until it does. @throws when it takes more than `withinMs` of virtual time. */
export async function settled<T>(clock: ManualClock, promise: Promise<T>, withinMs = 120_000): Promise<T> {
  let isDone = false
  const watched = promise.finally(() => {
    isDone = true
  })
  // A rejection is the caller's: it gets the promise itself.
  watched.catch(() => undefined)
  await drain()
  for (let waited = 0; !isDone; waited += 50) {
    if (waited > withinMs) throw new Error(`nothing came of it within ${withinMs} ms`)
    await pass(clock, 50)
  }
  return promise
}
