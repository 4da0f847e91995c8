import type { VenueView } from '../../loop/snapshot.ts'
import { formatDuration } from '../format/time.ts'
import type { Line, Style } from '../style.ts'

/** A line for each venue, and one for each of its problems. */
export function venueLines(venues: readonly VenueView[], now: number): readonly Line[] {
  return venues.flatMap((venue) => [
    venueLine(venue, now),
    ...venue.problems.map((problem): Line => [{ text: `    ${problem}`, style: 'warning' }]),
  ])
}

function venueLine(venue: VenueView, now: number): Line {
  const { streams } = venue
  const silent =
    venue.lastEventAt === null ? 'nothing heard yet' : `heard ${formatDuration(now - venue.lastEventAt)} ago`
  const stale = streams.stale === 0 ? '' : `, ${streams.stale} stale`
  return [
    { text: `${venue.key} `, style: 'strong' },
    { text: venue.label === 'default' ? '' : `${venue.label} ` },
    { text: `${venue.network} `, style: 'quiet' },
    { text: venue.health, style: HEALTH_STYLES[venue.health] },
    { text: `  streams ${streams.live}/${streams.wanted}${stale}`, style: streams.stale > 0 ? 'warning' : 'plain' },
    { text: `  open orders ${venue.openOrders}` },
    { text: `  ${silent}`, style: 'quiet' },
    ...venue.budgets.map((budget) => ({
      text: `  ${budget.name} ${Math.floor(budget.available)}/${budget.capacity}`,
      style: budget.available < budget.capacity * 0.1 ? ('warning' as const) : ('quiet' as const),
    })),
  ]
}

const HEALTH_STYLES: Readonly<Record<VenueView['health'], Style>> = {
  starting: 'quiet',
  reconciling: 'warning',
  ok: 'good',
  degraded: 'warning',
  failed: 'bad',
}
