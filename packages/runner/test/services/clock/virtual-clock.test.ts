import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/services/index.ts'

describe('VirtualClock', () => {
  it('runs timers at their own time, by due time and then by age, whatever the order they were set in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 20 }), fc.nat(60), async (delays, end) => {
        const clock = new VirtualClock(1_000)
        const seen: { at: number; index: number }[] = []
        delays.forEach((delay, index) => {
          clock.after(delay, () => seen.push({ at: clock.now() - 1_000, index }))
        })
        await clock.advanceBy(end)
        const expected = delays
          .map((at, index) => ({ at, index }))
          .filter(({ at }) => at <= end)
          .sort((a, b) => a.at - b.at || a.index - b.index)
        expect(seen).toEqual(expected)
        expect(clock.now()).toBe(1_000 + end)
      }),
    )
  })

  it('lets everything that a timer set going come to rest before the next one, so that loops of sleeps keep their rhythm', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    const worker = async (name: string, ms: number): Promise<void> => {
      for (;;) {
        await clock.sleep(ms)
        await Promise.resolve()
        seen.push(`${name}@${clock.now()}`)
      }
    }
    void worker('a', 10)
    void worker('b', 15)
    await clock.advanceTo(45)
    expect(seen).toEqual(['a@10', 'b@15', 'a@20', 'b@30', 'a@30', 'a@40', 'b@45'])
  })

  it('repeats in phase until disposed, also when a beat throws', async () => {
    const clock = new VirtualClock(5)
    const beats: number[] = []
    const timer = clock.every(10, () => {
      beats.push(clock.now())
      if (beats.length === 1) throw new Error('first beat')
    })
    await expect(clock.advanceBy(30)).rejects.toThrow('first beat')
    await clock.advanceTo(35)
    timer[Symbol.dispose]()
    await clock.advanceTo(100)
    expect(beats).toEqual([15, 25, 35])
    expect(clock.nextTimerAt).toBeNull()
  })

  it('rejects a sleep with the reason of the abort and forgets its timer', async () => {
    const clock = new VirtualClock()
    const abort = new AbortController()
    const sleep = clock.sleep(100, abort.signal)
    abort.abort(new Error('stopped'))
    await expect(sleep).rejects.toThrow('stopped')
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow('stopped')
    expect(clock.nextTimerAt).toBeNull()
  })

  it('refuses to go back and to be advanced twice at once', async () => {
    const clock = new VirtualClock(10)
    await expect(clock.advanceTo(9)).rejects.toThrow(RangeError)
    const first = clock.advanceTo(20)
    await expect(clock.advanceTo(30)).rejects.toThrow('already')
    await first
    expect(clock.now()).toBe(20)
  })

  it('refuses periods that would never end and delays that are no number', () => {
    const clock = new VirtualClock()
    expect(() => clock.every(0, () => {})).toThrow(RangeError)
    expect(() => clock.after(Number.NaN, () => {})).toThrow(RangeError)
  })
})
