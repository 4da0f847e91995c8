import { formatFigure, formatScore, formatUsd } from '../../view/format/amount.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'
import type { StoredExplanation } from './stored-explanation.ts'

/** What the decision was made from: bar, trend state, scores, flags, A and E with what moved them, the position. */
export function inputsSection({ plan, signals, regime, position }: StoredExplanation): readonly Line[] {
  if (plan === null) return []
  const was = plan.prevState === null || plan.prevState === undefined ? '' : `, before ${plan.prevState}`
  const rows: [string, ...Span[]][] = [
    ['bar', { text: `${formatMoment(plan.barTs)} UTC, close ${formatFigure(plan.close)}${atrText(plan.atr)}` }],
    ['state', { text: plan.state, style: 'strong' }, { text: was }],
  ]
  const flags = Object.entries(signals?.flags ?? {}).flatMap(([flag, set]) => (set ? [flag] : []))
  if (signals !== null) {
    const why = signals.exitReason ? ` (${signals.exitReason})` : ''
    rows.push(['flags', { text: flags.length === 0 ? 'none' : flags.join(', ') + why }])
    rows.push(['indicators', { text: `RSI ${figure(signals.rsi)}, ADX ${figure(signals.adx)}` }])
  }
  const scores = pairs(plan.scores, (score) => score.toFixed(3))
  if (scores !== '') rows.push(['scores', { text: scores }])
  const margins = pairs(signals?.margins ?? {}, (margin) => (margin >= 0 ? `+${margin.toFixed(3)}` : margin.toFixed(3)))
  if (margins !== '') rows.push(['margins', { text: margins }])
  if (typeof plan.trimLevel === 'number') rows.push(['trim level', { text: formatFigure(plan.trimLevel) }])
  if (position !== null) rows.push(['position', { text: positionText(position) }])
  rows.push(['A and E', { text: `A ${formatScore(plan.A)}  E ${formatScore(plan.E)}`, style: 'strong' }])
  for (const part of regime?.contributions ?? []) {
    const name = `${part.driver} ${part.timeframe}`.padEnd(22)
    rows.push(['', { text: `${name} ${part.state}  A ${signed(part.movedA)}  E ${signed(part.movedE)}` }])
  }
  if (regime !== null && ((regime.intentA ?? 0) !== 0 || (regime.intentE ?? 0) !== 0)) {
    rows.push([
      '',
      { text: `from outside               A ${signed(regime.intentA ?? 0)}  E ${signed(regime.intentE ?? 0)}` },
    ])
  }
  const missing = regime?.missing ?? []
  if (missing.length > 0) {
    const names = missing.map((part) => `${part.driver} ${part.timeframe} (${part.reason})`)
    rows.push(['', { text: `without ${names.join(', ')}`, style: 'quiet' }])
  }
  return section('inputs', rows)
}

function positionText(position: NonNullable<StoredExplanation['position']>): string {
  const held = Number(position.quantity) === 0 ? 'flat' : `${position.quantity} held`
  const entry = position.averageEntry ? ` at ${formatFigure(Number(position.averageEntry))}` : ''
  return `${held}${entry}; invested ${formatUsd(Number(position.investedUsd))}, extracted ${formatUsd(Number(position.extractedUsd))} USD`
}

function atrText(atr: number | null | undefined): string {
  return typeof atr === 'number' ? `, ATR ${formatFigure(atr)}` : ''
}

function figure(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(1) : '–'
}

function pairs(values: Readonly<Record<string, number | null | undefined>>, format: (value: number) => string): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${format(value)}`] : []))
    .join('  ')
}

function signed(value: number): string {
  return value >= 0 ? `+${value.toFixed(3)}` : value.toFixed(3)
}
