import type { DecimalString, InstrumentId, VenuePosition } from '@portolan/core'
import { decimalFrom, Exact, isDust } from '@portolan/core'
import type { ReconcileAction } from './action.ts'
import type { Believed, BelievedPosition, Difference } from './believed.ts'
import type { ExternalPolicy, ReconcilePolicy } from './policy.ts'
import type { VenueReport } from './venue-report.ts'

interface Comparison {
  readonly differences: readonly Difference[]
  readonly actions: readonly ReconcileAction[]
}

/** Sums that are never rounded: amounts have at most 40 digits on each side. */
const Wide = Exact.clone({ precision: 120 })

/** Compares quantities, instrument by instrument. */
export function comparePositions(
  believed: Believed,
  report: Extract<VenueReport, { readonly kind: 'account' }>,
  policy: ReconcilePolicy,
): Comparison {
  const differences: Difference[] = []
  const actions: ReconcileAction[] = []
  const theirs = sumByInstrument(report.positions)
  const ours = sumByInstrument(believed.positions)
  for (const [instrument, sum] of ours) {
    const before = believed.differences.find((difference) => difference.instrument === instrument)
    if (believed.changing.has(instrument)) {
      if (before !== undefined) differences.push(before)
      continue
    }
    const actual = theirs.get(instrument) ?? new Wide(0)
    if (agrees(believed, instrument, sum, actual, policy.external)) continue
    const message = `the ledger says ${sum.toFixed()} ${instrument}, the venue says ${actual.toFixed()}: only exits until they agree`
    const found: Difference = { instrument, believed: decimalFrom(sum), actual: decimalFrom(actual), message }
    differences.push(found)
    const holders = believed.positions.filter((position) => position.instrument === instrument)
    const adoption = adopt(found, before, holders, report.positions)
    if (policy.external === 'adopt' && adoption !== null) actions.push(adoption)
  }
  for (const [instrument, quantity] of theirs) {
    if (ours.has(instrument) || quantity.isZero() || policy.external === 'ignore') continue
    actions.push({ kind: 'report', thing: { kind: 'position', instrument, quantity: decimalFrom(quantity) } })
  }
  return { differences, actions }
}

type Sum = InstanceType<typeof Wide>

function sumByInstrument(
  list: readonly { readonly instrument: InstrumentId; readonly quantity: DecimalString }[],
): ReadonlyMap<InstrumentId, Sum> {
  const sums = new Map<InstrumentId, Sum>()
  for (const { instrument, quantity } of list) {
    sums.set(instrument, (sums.get(instrument) ?? new Wide(0)).plus(quantity))
  }
  return sums
}

/** What is too little to be sold was written off here and lies there still. More than ours is somebody else's where that is ignored. */
function agrees(
  believed: Believed,
  instrument: InstrumentId,
  ours: Sum,
  actual: Sum,
  external: ExternalPolicy,
): boolean {
  const surplus = actual.minus(ours)
  if (surplus.isZero()) return true
  if (surplus.isNegative()) return false
  if (external === 'ignore') return true
  const market = believed.markets.get(instrument)
  return market !== undefined && isDust(decimalFrom(surplus), market.price, market.sizing)
}

/**
 * Takes over what differs, once two comparisons in a row have found the same: what is on its way to us as fills would have come in between.
 * Several positions of one instrument cannot tell whose it is, and a short belongs to none.
 */
function adopt(
  found: Difference,
  before: Difference | undefined,
  holders: readonly BelievedPosition[],
  reported: readonly VenuePosition[],
): ReconcileAction | null {
  const [holder, ...others] = holders
  if (holder === undefined || others.length > 0) return null
  if (before?.believed !== found.believed || before.actual !== found.actual) return null
  const surplus = new Wide(found.actual).minus(found.believed)
  if (new Wide(found.actual).isNegative()) return null
  const side = surplus.gt(0) ? 'buy' : 'sell'
  const entry = reported.find((position) => position.instrument === found.instrument)?.averageEntry ?? null
  return {
    kind: 'adopt',
    positionId: holder.id,
    instrument: found.instrument,
    side,
    quantity: decimalFrom(surplus.abs()),
    // Where we held something before, the venue's mean is of both.
    price: side === 'buy' && new Wide(found.believed).isZero() ? entry : null,
  }
}
