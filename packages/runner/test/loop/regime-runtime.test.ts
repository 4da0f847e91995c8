import type { Bar } from '@portolan/core'
import { definePmConfig, universalModels } from '@portolan/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MemberBar } from '../../src/loop/regime-runtime.ts'
import { RegimeRuntime } from '../../src/loop/regime-runtime.ts'
import { HOUR } from '../store/behaviour/samples.ts'
import { hours } from './hourly-loop.ts'

const COUNT = 380
const MEMBERS = ['a', 'b', 'c']
const config = definePmConfig({ regime: { timeframe: { macro: '1d', meso: '4h', micro: '1h' } } })
const bars = new Map(MEMBERS.map((member, index) => [member, hours(COUNT, index + 1)]))

function memberBar(member: string, bar: Bar): MemberBar {
  return { member, timeframe: '1h', bar }
}

function runtime(onLate: () => void) {
  return new RegimeRuntime({
    config,
    models: universalModels,
    isComposite: () => true,
    onMove: () => undefined,
    onProblem: (_series, _timeframe, error) => {
      throw error
    },
    onLate,
  })
}

it('a composite is the same whatever members lack and however late their bars come', () => {
  const some = fc.uniqueArray(fc.tuple(fc.constantFrom(...MEMBERS), fc.integer({ min: 0, max: COUNT - 1 })), {
    maxLength: 30,
    selector: ([member, index]) => `${member} ${index}`,
  })
  const late = fc.array(
    fc.tuple(fc.constantFrom(...MEMBERS), fc.integer({ min: 300, max: COUNT - 1 }), fc.integer({ min: 0, max: 3 })),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(some, late, (lost, delays) => {
      const isLost = (member: string, index: number) => lost.some(([of, at]) => of === member && at === index)
      const whole = MEMBERS.flatMap((member) =>
        (bars.get(member) ?? []).flatMap((bar, index) => (isLost(member, index) ? [] : [memberBar(member, bar)])),
      )
      const expected = runtime(() => undefined)
      expected.onBars('alt', whole)

      const first = whole[0]?.bar.ts ?? 0
      const delayOf = ({ member, bar }: MemberBar) =>
        delays.find(([of, at]) => of === member && at === Math.round((bar.ts - first) / HOUR))?.[2] ?? 0
      let isLate = false
      const actual = runtime(() => {
        isLate = true
      })
      const seen: MemberBar[] = []
      const arrivals = Map.groupBy(whole, (one) => one.bar.ts + delayOf(one) * HOUR)
      for (const at of [...arrivals.keys()].sort((a, b) => a - b)) {
        for (const one of arrivals.get(at) ?? []) {
          seen.push(one)
          // One at a time: a member may come a moment after the others.
          actual.onBars('alt', [one])
        }
        if (isLate) actual.restart('alt', seen)
        isLate = false
      }
      expect(actual.save()).toEqual(expected.save())
    }),
    { numRuns: 30 },
  )
})
