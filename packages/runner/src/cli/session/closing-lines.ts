import { toNumber } from '@portolan/core'
import type { ViewFrame } from '../../view/dashboard/view-frame.ts'
import { formatFigure, formatSignedUsd } from '../../view/format/amount.ts'
import { formatDuration } from '../../view/format/time.ts'
import type { Line } from '../../view/style.ts'
import { profitStyle } from '../../view/style.ts'

/** What is left on the screen after a run: how long it was, what is held, what was earned. */
export function closingLines({ snapshot, uptimeMs }: ViewFrame): readonly Line[] {
  const { realisedUsd, unrealisedUsd } = snapshot.profit
  const held = snapshot.positions.filter((position) => toNumber(position.quantity) !== 0)
  const holding =
    held.length === 0
      ? 'nothing held'
      : `holding ${held.map((position) => `${formatFigure(toNumber(position.quantity))} ${position.name ?? position.instrument} ${position.timeframe}`).join(', ')}`
  const profit = realisedUsd + unrealisedUsd
  return [
    [
      { text: `ended after ${formatDuration(uptimeMs)}; ${holding}; profit ` },
      { text: formatSignedUsd(profit), style: profitStyle(profit) },
      { text: ` USD (realised ${formatSignedUsd(realisedUsd)}, open ${formatSignedUsd(unrealisedUsd)})` },
    ],
  ]
}
