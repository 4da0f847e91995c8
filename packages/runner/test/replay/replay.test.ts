import { instrumentId, parseDecimal } from '@portolan/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_SOURCES } from '../../src/loop/regime-sources.ts'
import { planReplay } from '../../src/replay/plan-replay.ts'
import type { ReplayRequest, ReplayVenue } from '../../src/replay/replay-request.ts'
import { runReplay } from '../../src/replay/run-replay.ts'
import { decisionLine } from '../../src/report/backtest/decision-line.ts'
import { fillLine } from '../../src/report/backtest/fill-line.ts'
import { openPGliteStore } from '../../src/store/pglite/open-pglite.ts'
import type { Store } from '../../src/store/store.ts'
import type { Decisions, PaperSession, SessionPosition } from './paper-session.ts'
import { CASH, decisionKey, NETWORK, paperSession, pm, SLIPPAGE_BPS, SOURCE, VENUE } from './paper-session.ts'
import { BEGIN, MINUTE, SyntheticMarket } from './synthetic-market.ts'

const [BTC, ETH, SOL] = ['BTC', 'ETH', 'SOL'].map(instrumentId) as [never, never, never]
const DAY = 1440 * MINUTE
const FROM = BEGIN + 15 * DAY + 7 * 60 * MINUTE
const TO = FROM + 10 * 60 * MINUTE
const POSITIONS: readonly SessionPosition[] = [
  { instrument: BTC, timeframe: '1m' },
  { instrument: SOL, timeframe: '1m' },
  { instrument: SOL, timeframe: '5m' },
]

const market = new SyntheticMarket(['BTC', 'ETH', 'SOL'], { minutes: 16 * 1440, seed: 38 })
const session: PaperSession = {
  from: FROM,
  to: TO,
  positions: POSITIONS,
  majors: [BTC, ETH],
  graceMs: 0,
  delayMs: () => 0,
}

function request(store: Store, changes: Partial<ReplayRequest> = {}): ReplayRequest {
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
  return {
    recording: store,
    from: FROM,
    to: TO,
    positions: POSITIONS.map((position) => ({ ...position, execution: venue, data: venue, allocationUsd })),
    majors: { key: VENUE, label: null, symbols: [BTC, ETH] },
    regime: NO_SOURCES,
    dataOf: () => venue,
    pm,
    startingCash: CASH,
    ...changes,
  }
}

async function replayed(
  asked: ReplayRequest,
): Promise<{ readonly decisions: Decisions; readonly all: readonly string[] }> {
  const decisions = new Map<string, string>()
  const all: string[] = []
  const plan = await planReplay(asked)
  await runReplay(plan, {
    listener: ({ instrument, timeframe }) => ({
      onStep: (step) => {
        const line = decisionLine(step)
        if (line === null) return
        decisions.set(decisionKey(instrument, timeframe, step.bar.ts), line)
        all.push(line)
      },
      onFill: (fill) => all.push(fillLine(fill)),
      onTradeClosed: (trade) => all.push(JSON.stringify(trade)),
      onUnfilled: (intent) => all.push(JSON.stringify(intent)),
    }),
  })
  return { decisions, all }
}

describe('a replay of what a session on paper recorded', () => {
  let store: Store
  let live: Decisions
  beforeAll(async () => {
    store = await openPGliteStore({ directory: null, now: () => 0 })
    live = await paperSession(market, store, session)
  })
  afterAll(() => store[Symbol.asyncDispose]())

  it('decides every bar as it was decided then', async () => {
    const { decisions } = await replayed(request(store))
    expect([...decisions.keys()].toSorted()).toEqual([...live.keys()].toSorted())
    expect(Object.fromEntries(decisions)).toEqual(Object.fromEntries(live))
    const plans = [...live.values()].filter((line) => !line.includes('"plan":null'))
    console.log(live.size, plans.length)
    expect(plans.length).toBeGreaterThan(3)
  })
})
