import type { ReconcileAction } from './action.ts'
import type { Believed } from './believed.ts'
import { lookActions, strayActions } from './compare-orders.ts'
import { comparePositions } from './compare-positions.ts'
import type { ReconcilePolicy } from './policy.ts'
import type { VenueReport } from './venue-report.ts'

/**
 * What follows from what the runner believes of an account and what the venue says of it. Pure: the same question has the same answer, and asking changes
 * nothing. It never concludes that an order has ended or never was: only the venue's answer to `look` says that. An answer that could not be read leads
 * to what no answer leads to.
 *
 * @param now ms by the runner's clock.
 */
export function reconcile(
  believed: Believed,
  report: VenueReport,
  now: number,
  policy: ReconcilePolicy,
): readonly ReconcileAction[] {
  const looks = lookActions(believed, report, now, policy)
  switch (report.kind) {
    case 'not-asked':
    case 'unreadable':
      return looks
    case 'account': {
      const stray = strayActions(believed, report, policy)
      const { differences, actions } = comparePositions(believed, report, policy)
      const all = [...differences, ...stray.differences.filter(isNewAmong(differences))]
      const halted = policy.onDisagreement === 'halt' && all.length > 0
      return [...looks, ...stray.actions, ...actions, { kind: 'compared', differences: all, halted }]
    }
  }
}

function isNewAmong(known: readonly { readonly instrument: string }[]) {
  return ({ instrument }: { readonly instrument: string }) => known.every((other) => other.instrument !== instrument)
}
