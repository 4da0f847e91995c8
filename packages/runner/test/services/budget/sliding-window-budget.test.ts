import type { RateBudgetSpec } from '@portolan/core'
import { VenueError } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlidingWindowBudget, VirtualClock } from '../../../src/services/index.ts'

type Priority = 'exit' | 'normal'
interface Grant {
  readonly request: number
  readonly at: number
  readonly units: number
  readonly priority: Priority
}

const never = new AbortController().signal
const CAPACITY = 10
const RESERVE = 3
const WINDOW = 100
const spec: RateBudgetSpec = { name: 'weight', capacity: CAPACITY, windowMs: WINDOW, reserve: RESERVE }

const step = fc.oneof(
  fc.record({
    kind: fc.constant('take' as const),
    units: fc.integer({ min: 1, max: CAPACITY - RESERVE }),
    priority: fc.constantFrom<Priority>('exit', 'normal'),
  }),
  fc.record({
    kind: fc.constant('try' as const),
    units: fc.nat(CAPACITY),
    priority: fc.constantFrom<Priority>('exit', 'normal'),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(150) }),
  fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(80) }),
)

describe('SlidingWindowBudget', () => {
  it('never grants more than its capacity within any window, keeps the reserve for exits, keeps turns, and grants everybody in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = new VirtualClock(1_000)
        const budget = new SlidingWindowBudget(spec, clock)
        const grants: Grant[] = []
        const asked: { request: number; priority: Priority; at: number }[] = []
        let pausedUntil = 0
        const pauses: { from: number; to: number }[] = []
        for (const [request, one] of steps.entries()) {
          switch (one.kind) {
            case 'take': {
              const { units, priority } = one
              asked.push({ request, priority, at: clock.now() })
              void budget
                .take(units, priority, never)
                .then(() => grants.push({ request, at: clock.now(), units, priority }))
              break
            }
            case 'try': {
              const { units, priority } = one
              if (budget.tryTake(units, priority)) grants.push({ request, at: clock.now(), units, priority })
              break
            }
            case 'pause':
              pausedUntil = Math.max(pausedUntil, clock.now() + one.ms)
              pauses.push({ from: clock.now(), to: pausedUntil })
              budget.pauseUntil(clock.now() + one.ms)
              break
            case 'wait':
              await clock.advanceBy(one.ms)
          }
          await clock.advanceBy(0)
        }
        await clock.advanceBy(100 * WINDOW)

        for (const last of grants) {
          const window = grants.filter(({ at }) => at > last.at - WINDOW && at <= last.at)
          expect(sum(window)).toBeLessThanOrEqual(CAPACITY)
        }
        for (const [index, grant] of grants.entries()) {
          if (grant.priority !== 'normal') continue
          const before = grants.slice(0, index + 1).filter(({ at }) => at > grant.at - WINDOW)
          expect(sum(before)).toBeLessThanOrEqual(CAPACITY - RESERVE)
        }
        for (const priority of ['exit', 'normal'] as const) {
          const inTurn = asked.filter((one) => one.priority === priority).map(({ request }) => request)
          const waited = grants.filter((one) => one.priority === priority && inTurn.includes(one.request))
          expect(waited.map(({ request }) => request)).toEqual(inTurn)
        }
        for (const { from, to } of pauses) {
          expect(grants.filter(({ at, units }) => units > 0 && at > from && at < to)).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('lets an exit go before everybody who waits, and nobody past an exit', async () => {
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, clock)
    const order: string[] = []
    expect(budget.tryTake(7, 'normal')).toBe(true)
    void budget.take(1, 'normal', never).then(() => order.push(`normal@${clock.now()}`))
    void budget.take(5, 'exit', never).then(() => order.push(`exit@${clock.now()}`))
    expect(budget.tryTake(1, 'normal')).toBe(false)
    expect(budget.tryTake(1, 'exit')).toBe(false)
    await clock.advanceTo(1_000)
    expect(order).toEqual(['exit@100', 'normal@100'])
  })

  it('tells what may be taken now', async () => {
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, clock)
    expect([budget.available('exit'), budget.available('normal')]).toEqual([10, 7])
    budget.tryTake(6, 'normal')
    expect([budget.available('exit'), budget.available('normal')]).toEqual([4, 1])
    budget.tryTake(4, 'exit')
    expect([budget.available('exit'), budget.available('normal')]).toEqual([0, 0])
    await clock.advanceTo(99)
    expect(budget.available('exit')).toBe(0)
    await clock.advanceTo(100)
    expect(budget.available('exit')).toBe(10)
    budget.pauseUntil(150)
    expect(budget.available('exit')).toBe(0)
  })

  it('gives up its place when aborted, so that those behind it move up', async () => {
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, clock)
    budget.tryTake(5, 'normal')
    const abort = new AbortController()
    const large = budget.take(7, 'normal', abort.signal)
    const small = budget.take(2, 'normal', never)
    abort.abort(new Error('stopped'))
    await expect(large).rejects.toThrow('stopped')
    await expect(small).resolves.toBeUndefined()
    expect(clock.now()).toBe(0)
    await expect(budget.take(1, 'exit', abort.signal)).rejects.toThrow('stopped')
  })

  it('refuses at once what can never be had', async () => {
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, clock)
    await expect(budget.take(8, 'normal', never)).rejects.toThrow(/8 units of rate budget "weight" can never be had/)
    await expect(budget.take(11, 'exit', never)).rejects.toThrow(VenueError)
    const once = new SlidingWindowBudget({ ...spec, windowMs: null }, clock)
    await once.take(6, 'normal', never)
    await expect(once.take(2, 'normal', never)).rejects.toThrow('4 are left for good')
    await once.take(4, 'exit', never)
    await clock.advanceTo(1_000_000)
    expect(once.tryTake(1, 'exit')).toBe(false)
  })

  it('takes back what is open no more, where there is no window, and never more than was taken', () => {
    const clock = new VirtualClock()
    const open = new SlidingWindowBudget({ ...spec, windowMs: null }, clock)
    expect(open.tryTake(7, 'normal')).toBe(true)
    expect(open.tryTake(1, 'normal')).toBe(false)
    open.release(2)
    expect(open.available('normal')).toBe(2)
    open.release(100)
    expect(open.available('exit')).toBe(CAPACITY)
    const windowed = new SlidingWindowBudget(spec, clock)
    windowed.tryTake(7, 'normal')
    windowed.release(7)
    expect(windowed.available('exit')).toBe(3)
  })

  it('does not stand still for an hour when the clock is set back by one', async () => {
    let now = 10_000_000
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, {
      now: () => now,
      sleep: (ms, signal) => clock.sleep(ms, signal),
      after: (ms, run) => clock.after(ms, run),
      every: (ms, run) => clock.every(ms, run),
    })
    budget.tryTake(10, 'exit')
    now -= 3_600_000
    expect(budget.available('exit')).toBe(0)
    now += WINDOW
    expect(budget.available('exit')).toBe(10)
  })

  it('refuses amounts and sizes that make no sense', async () => {
    const clock = new VirtualClock()
    const budget = new SlidingWindowBudget(spec, clock)
    expect(() => budget.tryTake(-1, 'exit')).toThrow(RangeError)
    await expect(budget.take(Number.NaN, 'exit', never)).rejects.toThrow(RangeError)
    for (const wrong of [{ capacity: 0 }, { reserve: 11 }, { windowMs: 0 }]) {
      expect(() => new SlidingWindowBudget({ ...spec, ...wrong }, clock)).toThrow('Rate budget "weight" needs')
    }
  })
})

function sum(grants: readonly Grant[]): number {
  return grants.reduce((total, { units }) => total + units, 0)
}
