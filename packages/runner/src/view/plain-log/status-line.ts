import { toNumber } from '@portolan/core'
import type { RunnerSnapshot, VenueView } from '../../loop/snapshot.ts'
import { formatFigure, formatSignedUsd } from '../format/amount.ts'
import type { Line } from '../style.ts'
import { profitStyle } from '../style.ts'

/** How everything stands, in one line: mode, venues, what is held, profit. */
export function statusLine({ mode, venues, positions, profit }: RunnerSnapshot): Line {
  const held = positions.filter((position) => toNumber(position.quantity) !== 0)
  const holding = held
    .map((position) => `${formatFigure(toNumber(position.quantity))} ${position.name ?? position.instrument}`)
    .join(', ')
  const warming = positions.filter((position) => position.warmingUp !== null).length
  const usd = profit.realisedUsd + profit.unrealisedUsd
  return [
    { text: `${mode}; ` },
    { text: venues.length === 0 ? 'starting' : venues.map((venue) => venueText(venue)).join(', ') },
    { text: `; ${positions.length} ${positions.length === 1 ? 'position' : 'positions'}` },
    { text: warming === 0 ? '' : `, ${warming} warming up` },
    { text: held.length === 0 ? ', nothing held' : `, holding ${holding}` },
    { text: '; profit ' },
    { text: formatSignedUsd(usd), style: profitStyle(usd) },
  ]
}

function venueText({ key, label, network, health, streams }: VenueView): string {
  const name = label === 'default' ? key : `${key} ${label}`
  return `${name} on ${network} ${health}, streams ${streams.live}/${streams.wanted}`
}
