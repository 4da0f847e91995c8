import type { InstrumentId } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import { NO_SOURCES } from '../../src/loop/regime-sources.ts'
import { planReplay } from '../../src/replay/plan-replay.ts'
import type { Recording } from '../../src/replay/recording.ts'
import type { ReplayPlan } from '../../src/replay/replay-plan.ts'
import type { ReplayRequest, ReplayVenue } from '../../src/replay/replay-request.ts'
import { runReplay } from '../../src/replay/run-replay.ts'
import type { BacktestStep } from '../../src/report/backtest/backtest-step.ts'
import { decisionLine } from '../../src/report/backtest/decision-line.ts'
import { fillLine } from '../../src/report/backtest/fill-line.ts'
import type { Decisions, SessionPosition } from './paper-session.ts'
import { CASH, decisionKey, NETWORK, pm, SLIPPAGE_BPS, SOURCE, VENUE } from './paper-session.ts'
import type { SyntheticMarket } from './synthetic-market.ts'

export const BTC: InstrumentId = instrumentId('BTC')
export const ETH: InstrumentId = instrumentId('ETH')
export const SOL: InstrumentId = instrumentId('SOL')

/** Asks for a replay of these positions, with BTC and ETH as majors. */
export function replayRequest(
  market: SyntheticMarket,
  recording: Recording,
  positions: readonly SessionPosition[],
  changes: Pick<ReplayRequest, 'from' | 'to'> & Partial<ReplayRequest>,
): ReplayRequest {
  const venue: ReplayVenue = {
    key: VENUE,
    label: 'default',
    name: 'acme',
    network: NETWORK,
    source: SOURCE,
    capabilities: { trades: true, bars: [] },
    instruments: market.instruments,
    slippageBps: SLIPPAGE_BPS,
  }
  const allocationUsd = parseDecimal('1000')
  // What else there is in the store is out of a replay's reach.
  const { bars, trades, pastIntentDeltas } = recording
  return {
    recording: {
      bars: bars.bind(recording),
      trades: trades.bind(recording),
      pastIntentDeltas: pastIntentDeltas.bind(recording),
    },
    recordedMode: 'paper',
    positions: positions.map((position) => ({ ...position, execution: venue, data: venue, allocationUsd })),
    majors: { key: VENUE, label: null, symbols: [BTC, ETH] },
    regime: NO_SOURCES,
    dataOf: () => venue,
    pm,
    startingCash: CASH,
    ...changes,
  }
}

export interface Replayed {
  readonly plan: ReplayPlan
  readonly decisions: Decisions
  /** Of one position after the other, with those of the warm-up. */
  readonly steps: readonly BacktestStep[]
  /** All that was told, in order. */
  readonly log: readonly string[]
}

export async function replayed(request: ReplayRequest): Promise<Replayed> {
  const decisions = new Map<string, string>()
  const steps: BacktestStep[] = []
  const log: string[] = []
  const plan = await planReplay(request)
  await runReplay(plan, {
    listener: ({ instrument, timeframe }) => ({
      onStep: (step) => {
        steps.push(step)
        const line = decisionLine(step)
        log.push(`${instrument} ${timeframe} ${line}`)
        if (line !== null) decisions.set(decisionKey(instrument, timeframe, step.bar.ts), line)
      },
      onFill: (fill) => log.push(fillLine(fill)),
      onTradeClosed: (trade) => log.push(JSON.stringify(trade)),
      onUnfilled: (intent) => log.push(JSON.stringify(intent)),
    }),
  })
  return { plan, decisions, steps, log }
}
