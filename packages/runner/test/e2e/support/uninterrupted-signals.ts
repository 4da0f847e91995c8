import type { Bar, JsonValue, PmConfig } from '@portolan/core'
import { createPositionState, stepPosition } from '@portolan/core'

/** What a runner that never stopped would have seen on each of these bars, by their open time. */
export function uninterruptedSignals(bars: readonly Bar[], config: PmConfig): ReadonlyMap<number, JsonValue> {
  const state = createPositionState('1m', config)
  return new Map(
    bars.map((bar) => {
      const { signals } = stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1, config, planning: 'none' })
      return [bar.ts, JSON.parse(JSON.stringify(signals)) as JsonValue]
    }),
  )
}

/** The paths at which two JSON values differ, numbers by more than a share of them that rounding cannot explain. */
export function differences(a: JsonValue | undefined, b: JsonValue | undefined, at = ''): string[] {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)) ? [] : [`${at}: ${a} and ${b}`]
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b ? [] : [`${at}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`]
  }
  const left = a as { readonly [key: string]: JsonValue }
  const right = b as { readonly [key: string]: JsonValue }
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], `${at}.${key}`),
  )
}
