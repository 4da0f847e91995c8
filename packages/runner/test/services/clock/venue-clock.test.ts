import { describe, expect, it } from 'vitest'
import { VenueClock, VirtualClock } from '../../../src/services/index.ts'

describe('VenueClock', () => {
  it('reports what an adapter throws in a timer and goes on', async () => {
    const clock = new VirtualClock()
    const errors: unknown[] = []
    const venueClock = new VenueClock(clock, (error) => errors.push(error))
    venueClock.every(10, () => {
      throw new Error(`at ${clock.now()}`)
    })
    await clock.advanceTo(25)
    expect(errors.map(String)).toEqual(['Error: at 10', 'Error: at 20'])
  })

  it('cancels the timers an adapter left behind, and takes no new ones', async () => {
    const clock = new VirtualClock()
    const venueClock = new VenueClock(clock, () => {})
    const seen: string[] = []
    venueClock.after(10, () => seen.push('after'))
    venueClock.every(10, () => seen.push('every'))
    void venueClock.sleep(10).then(() => seen.push('sleep'))
    venueClock[Symbol.dispose]()
    venueClock.after(1, () => seen.push('late'))
    expect(clock.nextTimerAt).toBeNull()
    await clock.advanceTo(100)
    expect(seen).toEqual([])
  })

  it('keeps the time of the runner', () => {
    const clock = new VirtualClock(42)
    expect(new VenueClock(clock, () => {}).now()).toBe(42)
  })
})
