import type { Bar } from '../../market/bar.ts'
import type { RegimeConfig } from '../config/regime-config.ts'
import { BarError } from '../series/bar-error.ts'

/** An equal-weight chain index over changing members. Plain JSON, changed in place by `advanceComposite`. */
export interface CompositeState {
  /** The index at the close of its last bar. */
  index: number
  /** Open time of the last step, ms UTC; null before the first. */
  lastTs: number | null
  /** Close of each member that had a bar in the last step. */
  lastCloses: Readonly<Record<string, number>>
}

export function createComposite(config: RegimeConfig): CompositeState {
  return { index: config.compositeStart, lastTs: null, lastCloses: {} }
}

/**
 * Takes the bars of one step, by member, in place. The bar of the index: its previous close times the mean over the members of their
 * open, high, low, close over their previous close; its volume is the sum of close * volume (USD). A member without a bar in this step or in the last
 * one sits the step out; null when all do.
 * @param bars bars that open at `ts`; one that opens at another time is not of this step.
 * @throws {BarError} when the step does not follow the last one; the state is then unchanged.
 */
export function advanceComposite(state: CompositeState, ts: number, bars: ReadonlyMap<string, Bar>): Bar | null {
  if (state.lastTs !== null && !(ts > state.lastTs)) {
    throw new BarError('BAR_OUT_OF_ORDER', ts, `composite step ${ts} does not follow the last step ${state.lastTs}`)
  }
  const closes: Record<string, number> = {}
  let members = 0
  let open = 0
  let high = 0
  let low = 0
  let close = 0
  let volume = 0
  // Sorted, so that the sums do not depend on the order of the map.
  for (const member of [...bars.keys()].sort()) {
    const bar = bars.get(member)
    if (bar === undefined || bar.ts !== ts) continue
    closes[member] = bar.close
    const previous = Object.hasOwn(state.lastCloses, member) ? state.lastCloses[member] : undefined
    if (previous === undefined) continue
    members++
    open += bar.open / previous
    high += bar.high / previous
    low += bar.low / previous
    close += bar.close / previous
    volume += bar.close * bar.volume
  }
  state.lastTs = ts
  state.lastCloses = closes
  if (members === 0) return null
  const scale = state.index / members
  state.index = close * scale
  return { ts, open: open * scale, high: high * scale, low: low * scale, close: state.index, volume }
}
