import { formatSignedUsd } from '../format/amount.ts'
import { formatDuration, formatMoment } from '../format/time.ts'
import type { Line, Span } from '../style.ts'
import { profitStyle } from '../style.ts'
import type { ViewFrame } from './view-frame.ts'

/** Two lines: what runs, which never changes, and the clock and profit, which always do. */
export function headerLines(frame: ViewFrame): readonly Line[] {
  const { snapshot, speed, uptimeMs, endsInMs, stopping } = frame
  const networks = [...new Set(snapshot.venues.map((venue) => venue.network))].join(', ')
  const mode: Span = { text: snapshot.mode, style: snapshot.mode === 'live' ? 'warning' : 'strong' }
  const { realisedUsd, unrealisedUsd } = snapshot.profit
  const profit = realisedUsd + unrealisedUsd
  const ending = endsInMs === null ? '' : `, ends in ${formatDuration(endsInMs)}`
  return [
    [
      { text: 'portolan', style: 'title' },
      { text: '  ' },
      mode,
      { text: networks === '' ? '' : ` on ${networks}` },
      stopping ? { text: '  stopping …', style: 'warning' } : { text: '  Ctrl-C ends it', style: 'quiet' },
    ],
    [
      { text: 'profit ' },
      { text: formatSignedUsd(profit), style: profitStyle(profit) },
      { text: ` (realised ${formatSignedUsd(realisedUsd)}, open ${formatSignedUsd(unrealisedUsd)})`, style: 'quiet' },
      { text: `  ${formatMoment(snapshot.at)} UTC` },
      { text: speed === 1 ? '' : ` ×${formatSpeed(speed)}`, style: 'warning' },
      { text: `  up ${formatDuration(uptimeMs)}${ending}`, style: 'quiet' },
    ],
  ]
}

function formatSpeed(speed: number): string {
  return String(Math.round(speed * 100) / 100)
}
