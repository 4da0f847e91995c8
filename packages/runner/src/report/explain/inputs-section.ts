import { REGIME_TIMEFRAMES } from '@portolan/core'
import { formatFigure, formatScore, formatUsd } from '../../view/format/amount.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'
import type { StoredExplanation } from './stored-explanation.ts'

const SCORES = ['ts', 'ox', 'edx', 'dx']
const MARGINS = ['exit', 'emergency', 'reclaim', 'distance', 'slope', 'strength', 'discount', 'overextension', 'level']

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
  const scores = pairs(SCORES, plan.scores, (score) => score.toFixed(3))
  if (scores !== '') rows.push(['scores', { text: scores }])
  const margins = pairs(MARGINS, signals?.margins ?? {}, (margin) =>
    margin >= 0 ? `+${margin.toFixed(3)}` : margin.toFixed(3),
  )
  if (margins !== '') rows.push(['margins', { text: margins }])
  if (typeof plan.trimLevel === 'number') rows.push(['trim level', { text: formatFigure(plan.trimLevel) }])
  if (position !== null) rows.push(['position', { text: positionText(position) }])
  rows.push(['A and E', { text: `A ${formatScore(plan.A)}  E ${formatScore(plan.E)}`, style: 'strong' }])
  for (const part of regime?.contributions ?? []) {
    const name = `${part.driver} ${part.timeframe}`.padEnd(22)
    rows.push(['', { text: `${name} ${part.state}  A ${signed(part.movedA)}  E ${signed(part.movedE)}` }])
  }
  if (regime !== null && ((regime.intentA ?? 0) !== 0 || (regime.intentE ?? 0) !== 0)) {
    const { intentA, intentE, intent } = regime
    const until = intent
      ? `  until ${formatMoment(intent.expiresAt)} UTC${intent.reason ? `: ${intent.reason}` : ''}`
      : ''
    rows.push(['', { text: `from outside               A ${signed(intentA ?? 0)}  E ${signed(intentE ?? 0)}${until}` }])
  }
  const missing = missingText(regime)
  if (missing !== '') rows.push(['', { text: `without ${missing}`, style: 'quiet' }])
  return section('inputs', rows)
}

/** `bucket (no-data), btc micro (stale)`: a driver that is missing on every timeframe for one reason is named once. */
function missingText(regime: StoredExplanation['regime']): string {
  const groups = Map.groupBy(regime?.missing ?? [], ({ driver, reason }) => `${driver} ${reason}`)
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const timeframes =
        group.length === REGIME_TIMEFRAMES.length ? '' : ` ${group.map((part) => part.timeframe).join('/')}`
      const why = first.driver === 'bucket' && regime?.marketCapUsd === null ? 'no market cap' : first.reason
      return [`${first.driver}${timeframes} (${why})`]
    })
    .join(', ')
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

/** Names and values, those of `order` first: a database may have kept them in another one. */
function pairs(
  order: readonly string[],
  values: Readonly<Record<string, number | null | undefined>>,
  format: (value: number) => string,
): string {
  return [...new Set([...order, ...Object.keys(values)])]
    .flatMap((name) => {
      const value = values[name]
      return typeof value === 'number' ? [`${name} ${format(value)}`] : []
    })
    .join('  ')
}

function signed(value: number): string {
  return value >= 0 ? `+${value.toFixed(3)}` : value.toFixed(3)
}
