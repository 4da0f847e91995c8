import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SimulatedTimeFile } from '../../src/registry/index.ts'

const SPEED = 60
let root: string
let file: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portolan-time-'))
  file = join(root, 'simulators', 'time.json')
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(root, { recursive: true, force: true })
})

function timeOf(clock: SimulatedTimeFile): number {
  const { anchorMs, anchorWallMs, speed } = clock.time
  return anchorMs + (Date.now() - anchorWallMs) * speed
}

describe('the time of simulators over a restart', () => {
  it('starts at the wall clock', () => {
    using clock = new SimulatedTimeFile(file, SPEED)
    expect(timeOf(clock)).toBe(Date.now())
  })

  it('goes on where it was ended, and passes like the wall clock in between', () => {
    let ended: number
    {
      using clock = new SimulatedTimeFile(file, SPEED)
      vi.advanceTimersByTime(120_000)
      ended = timeOf(clock)
    }
    vi.setSystemTime(Date.now() + 5_000)
    using again = new SimulatedTimeFile(file, 1)
    expect(timeOf(again)).toBe(ended + 5_000)
  })

  it('never goes back, whenever the process is killed', () => {
    let latest = 0
    for (const livedMs of [0, 10, 999, 1000, 1001, 2500, 10_000]) {
      // Not disposed of: killed.
      const clock = new SimulatedTimeFile(file, SPEED)
      expect(timeOf(clock)).toBeGreaterThanOrEqual(latest)
      vi.advanceTimersByTime(livedMs)
      latest = timeOf(clock)
      vi.clearAllTimers()
    }
  })

  it('does not go back with a wall clock that was set back', () => {
    let ended: number
    {
      using clock = new SimulatedTimeFile(file, SPEED)
      vi.advanceTimersByTime(60_000)
      ended = timeOf(clock)
    }
    vi.setSystemTime(Date.now() - 86_400_000)
    using again = new SimulatedTimeFile(file, SPEED)
    expect(timeOf(again)).toBe(ended)
  })

  it('refuses a file that holds something else, naming it', () => {
    {
      using _clock = new SimulatedTimeFile(file, SPEED)
    }
    writeFileSync(file, '{"half":')
    expect(() => new SimulatedTimeFile(file, SPEED)).toThrow(file)
  })
})
