import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ScaledClock, SystemClock } from '../../../src/services/index.ts'

const DAY = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('ScaledClock', () => {
  it('runs from its anchor at its speed', () => {
    const clock = new ScaledClock({ speed: 60, anchorWallMs: Date.now() - 1_000, anchorMs: 5_000 })
    expect(clock.now()).toBe(65_000)
    vi.advanceTimersByTime(500)
    expect(clock.now()).toBe(95_000)
  })

  it('waits the shorter wall time, and never calls before the time has come by its own clock', () => {
    const clock = new ScaledClock({ speed: 7, anchorWallMs: Date.now(), anchorMs: 0 })
    const seen: number[] = []
    clock.after(1_000, () => seen.push(clock.now()))
    vi.advanceTimersByTime(142)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(5)
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBeGreaterThanOrEqual(1_000)
  })

  it('keeps timers longer than Node can (2^31 ms)', () => {
    const clock = new SystemClock()
    const run = vi.fn<() => void>()
    clock.after(60 * DAY, run)
    vi.advanceTimersByTime(60 * DAY - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('is not delayed when the wall clock is set back', () => {
    const clock = new SystemClock()
    const once = vi.fn<() => void>()
    const beat = vi.fn<() => void>()
    clock.after(1_000, once)
    clock.every(1_000, beat)
    vi.setSystemTime(Date.now() - 3_600_000)
    vi.advanceTimersByTime(3_100)
    expect(once).toHaveBeenCalledTimes(1)
    expect(beat.mock.calls.length).toBeGreaterThanOrEqual(2)
  })

  it('leaves out beats that were missed instead of catching up', () => {
    const clock = new ScaledClock({ speed: 1_000, anchorWallMs: Date.now(), anchorMs: 0 })
    const beats: number[] = []
    clock.every(100, () => beats.push(clock.now()))
    vi.advanceTimersByTime(10)
    expect(beats.length).toBeLessThanOrEqual(10)
    expect(beats.every((at) => at % 100 === 0)).toBe(true)
  })

  it('cancels what is disposed and rejects what is aborted', async () => {
    const clock = new SystemClock()
    const run = vi.fn<() => void>()
    clock.after(10, run)[Symbol.dispose]()
    clock.every(10, run)[Symbol.dispose]()
    const abort = new AbortController()
    const sleep = clock.sleep(10, abort.signal)
    abort.abort(new Error('stopped'))
    await expect(sleep).rejects.toThrow('stopped')
    vi.advanceTimersByTime(100)
    expect(run).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sleeps', async () => {
    const clock = new ScaledClock({ speed: 2, anchorWallMs: Date.now(), anchorMs: 0 })
    let isDone = false
    void clock.sleep(1_000).then(() => {
      isDone = true
    })
    await vi.advanceTimersByTimeAsync(499)
    expect(isDone).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isDone).toBe(true)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %s', (speed) => {
    expect(() => new ScaledClock({ speed, anchorWallMs: 0, anchorMs: 0 })).toThrow(RangeError)
  })
})
