import { formatPercent, formatSignedPercent, formatSignedUsd, formatUsd } from '../../view/format/amount.ts'
import { formatDuration, formatMoment } from '../../view/format/time.ts'
import type { Line } from '../../view/style.ts'
import { profitStyle } from '../../view/style.ts'
import type { BacktestReport } from './backtest-report.ts'

/** What a backtest found, for a terminal. */
export function summaryLines(report: BacktestReport): readonly Line[] {
  const { bars, result, risk, trades, exposure, decisions, settings, open } = report
  const row = (name: string, ...spans: Line): Line => [{ text: name.padEnd(14), style: 'quiet' }, ...spans]
  const text = (value: string): Line[number] => ({ text: value })
  return [
    [{ text: `${report.venue} ${report.token} ${report.timeframe}`, style: 'title' }],
    row('period', text(`${formatMoment(report.period.from)} … ${formatMoment(report.period.to)} UTC`)),
    row(
      'bars',
      text(`${bars.total}: ${bars.evaluated} evaluated, ${bars.warmUp} to warm up${filledText(bars.filled)}`),
    ),
    row(
      'result',
      { text: formatSignedUsd(result.pnlUsd), style: profitStyle(result.pnlUsd) },
      text(` USD = ${formatSignedPercent(result.return)} of ${formatUsd(result.allocationUsd)}`),
      { text: holdText(result.buyAndHoldReturn), style: 'quiet' },
    ),
    row(
      '',
      text(`realised ${formatSignedUsd(result.realisedPnlUsd)}, open ${formatSignedUsd(result.unrealisedPnlUsd)}`),
      text(`, fees ${formatUsd(result.feesUsd)}`),
    ),
    row('drawdown', text(`${formatPercent(risk.maxDrawdown)} (${formatUsd(risk.maxDrawdownUsd)} USD) at most`)),
    row(
      'ratios',
      text(`Sharpe ${ratio(risk.sharpe)}, Sortino ${ratio(risk.sortino)}, profit factor ${ratio(trades.profitFactor)}`),
    ),
    row('trades', text(tradesText(report))),
    row(
      'exposure',
      text(
        `${formatPercent(exposure.timeInMarket)} of the time, ${formatPercent(exposure.average)} of the allocation on average`,
      ),
    ),
    row('decisions', text(`${decisions.intents} intents, ${decisions.fills} fills${countsText(decisions.unfilled)}`)),
    ...(open === null ? [] : [row('still open', text(`${open.quantity} worth ${formatUsd(open.valueUsd)} USD`))]),
    row('setting', text(settingText(settings))),
    ...(report.regime === null ? [] : [row('regime', text(regimeText(report.regime)))]),
  ]
}

function tradesText({ trades }: BacktestReport): string {
  if (trades.count === 0) return 'none closed'
  const won = `${trades.won} of ${trades.count} won (${formatPercent(trades.winRate ?? 0)})`
  const r = trades.averageR === null ? '' : `, ${trades.averageR.toFixed(2)} R on average`
  const held = trades.averageHoldingMs === null ? '' : `, held ${formatDuration(trades.averageHoldingMs)}`
  return won + r + held
}

function settingText(settings: BacktestReport['settings']): string {
  const pinned = [
    settings.fixedA === null ? '' : `A fixed at ${settings.fixedA}`,
    settings.fixedE === null ? '' : `E fixed at ${settings.fixedE}`,
  ].filter((text) => text !== '')
  const friction = settings.frictionless
    ? 'frictionless: no fee, slippage, lots or minimums'
    : `taker fee ${settings.takerFeeBps} bps, slippage ${settings.slippageBps} bps, the venue's sizing`
  return [friction, ...pinned].join('; ')
}

function regimeText({ read, missing }: NonNullable<BacktestReport['regime']>): string {
  const parts = Object.entries(missing).map(([driver, bars]) => (bars === read ? driver : `${driver} on ${bars} bars`))
  return parts.length === 0 ? 'A and E from all drivers' : `missing ${parts.join(', ')}`
}

function filledText(filled: number): string {
  return filled === 0 ? '' : `, ${filled} of them filled where the file has a gap`
}

function holdText(share: number | null): string {
  return share === null ? '' : `  (holding the token: ${formatSignedPercent(share)})`
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([state, count]) => `${count} ${state}`)
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

function ratio(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}
