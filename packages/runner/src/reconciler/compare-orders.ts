import { Exact, ZERO } from '@portolan/core'
import type { ReconcileAction } from './action.ts'
import type { Believed, Difference, InFlightOrder } from './believed.ts'
import { lookDueAt } from './look-schedule.ts'
import type { ReconcilePolicy } from './policy.ts'
import type { VenueReport } from './venue-report.ts'

type AccountReport = Extract<VenueReport, { readonly kind: 'account' }>
type LookReason = Extract<ReconcileAction, { readonly kind: 'look' }>['why']

/** Which orders in flight to ask about now. */
export function lookActions(
  believed: Believed,
  report: VenueReport,
  now: number,
  { patience }: ReconcilePolicy,
): readonly ReconcileAction[] {
  return believed.inFlight.flatMap((order): readonly ReconcileAction[] => {
    const due: LookReason | null = lookDueAt(order, patience) <= now ? 'due' : null
    const why = (believed.reconnected ? 'reconnected' : null) ?? contradiction(order, report) ?? due
    return why === null ? [] : [{ kind: 'look', sealedId: order.sealedId, why }]
  })
}

/** What the list of open orders says against what we believe of one. */
function contradiction({ sealedId, state, lastHeardAt }: InFlightOrder, report: VenueReport): LookReason | null {
  if (report.kind !== 'account') return null
  const listed = report.openOrders.some((open) => open.sealedId === sealedId)
  switch (state) {
    case 'submitting':
    case 'unknown':
      return listed ? 'listed' : null
    case 'resting':
      return !listed && lastHeardAt < report.askedAt ? 'not-listed' : null
  }
}

/** Open orders at the venue that the ledger has no open order for. */
export function strayActions(
  believed: Believed,
  report: AccountReport,
  policy: ReconcilePolicy,
): { readonly actions: readonly ReconcileAction[]; readonly differences: readonly Difference[] } {
  const actions: ReconcileAction[] = []
  const differences: Difference[] = []
  const inFlight = new Set(believed.inFlight.map(({ sealedId }) => sealedId))
  const ended = new Map(believed.ended.map((order) => [order.sealedId, order]))
  const differ = (instrument: Difference['instrument'], message: string): void => {
    if (believed.positions.every((position) => position.instrument !== instrument)) return
    const ours = believed.positions.filter((position) => position.instrument === instrument)
    const sum = ours.reduce((total, { quantity }) => total.plus(quantity), new Exact(0))
    const held = report.positions.find((position) => position.instrument === instrument)
    const amounts = { believed: sum.toFixed() as Difference['believed'], actual: held?.quantity ?? ZERO }
    differences.push({ instrument, ...amounts, message })
  }
  for (const { sealedId, orderId, instrument } of report.openOrders) {
    if (sealedId !== null && inFlight.has(sealedId)) continue
    const end = sealedId === null ? undefined : ended.get(sealedId)
    if (sealedId !== null && end !== undefined) {
      // What ended while the venue answered may be in its answer still.
      if (end.endedAt >= report.askedAt) continue
      actions.push({ kind: 'cancel-stray', sealedId, instrument, state: end.state })
      differ(instrument, `order ${orderId} rests at the venue, and the ledger says it is ${end.state}`)
      continue
    }
    if (sealedId === null && policy.external === 'ignore') continue
    const ours = sealedId !== null
    actions.push({ kind: 'report', thing: { kind: 'order', instrument, orderId, ours } })
    if (ours) differ(instrument, `order ${orderId} at the venue has an id of this runner, and is not in its ledger`)
  }
  return { actions, differences }
}
