import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { openPGliteStore } from '../../src/store/pglite/open-pglite.ts'
import type { Store } from '../../src/store/store.ts'
import type { Decisions, PaperSession, SessionPosition } from './paper-session.ts'
import { paperSession, VENUE } from './paper-session.ts'
import { BTC, ETH, replayed, replayRequest, SOL } from './replaying.ts'
import { BEGIN, MINUTE, SyntheticMarket } from './synthetic-market.ts'

const HOUR = 60 * MINUTE
const FROM = BEGIN + 15 * 24 * HOUR + 7 * HOUR
const TO = FROM + 10 * HOUR
const RANGE = { from: FROM, to: TO }
/** Ten hours of a session, each step of it written by a real database. */
const SESSION_TIMEOUT_MS = 240_000
const POSITIONS: readonly SessionPosition[] = [
  { instrument: BTC, timeframe: '1m' },
  { instrument: SOL, timeframe: '1m' },
  { instrument: SOL, timeframe: '5m' },
]

const market = new SyntheticMarket(['BTC', 'ETH', 'SOL'], { minutes: 16 * 1440, seed: 38 })
const session: PaperSession = {
  ...RANGE,
  positions: POSITIONS,
  majors: [BTC, ETH],
  graceMs: 0,
  delayMs: () => 0,
}

describe('a replay of what a session on paper recorded', () => {
  let store: Store
  let live: Decisions
  beforeAll(async () => {
    store = await openPGliteStore({ directory: null, now: () => 0 })
    live = await paperSession(market, store, session)
  }, SESSION_TIMEOUT_MS)
  afterAll(() => store[Symbol.asyncDispose]())

  it('decides every bar as it was decided then: states, scores, plans and what was held', async () => {
    const { decisions, plan } = await replayed(replayRequest(market, store, POSITIONS, RANGE))
    expect(plan.notices).toEqual([])
    expect(record(decisions)).toEqual(record(live))
    const actions = [...actionsOf(live).values()].map((action) => action.split(' ')[0])
    expect(new Set(actions)).toEqual(new Set(['entry', 'add', 'trim', 'emergency_exit']))
  })

  it('is the same every time', async () => {
    const request = replayRequest(market, store, POSITIONS, RANGE)
    const [first, second] = [await replayed(request), await replayed(request)]
    expect(first.log.length).toBeGreaterThan(live.size)
    expect(second.log.join('\n')).toBe(first.log.join('\n'))
  })

  it('reads the market alike when it begins in the middle of the session', async () => {
    const from = FROM + 4 * HOUR + 13_000
    const { decisions } = await replayed(replayRequest(market, store, POSITIONS, { from, to: TO }))
    const later = [...live].filter(([, line]) => timeOf(line) >= from)
    expect(later.length).toBeGreaterThan(500)
    for (const [bar, line] of later) expect([bar, marketPart(decisions.get(bar))]).toEqual([bar, marketPart(line)])
  })

  it('knows nothing of what comes after its end', async () => {
    const to = FROM + 3 * HOUR
    const { decisions } = await replayed(replayRequest(market, store, POSITIONS, { from: FROM, to }))
    expect([...decisions.values()].map(timeOf).every((ts) => ts < to)).toBe(true)
    for (const [bar, line] of decisions) expect([bar, line]).toEqual([bar, live.get(bar)])
  })

  it('reads the market alike from the bars when the trades were not kept', async () => {
    const pruned = { ...readsOf(store), trades: async () => [] }
    const { decisions, log } = await replayed(replayRequest(market, pruned, POSITIONS, RANGE))
    expect(mapped(decisions, marketPart)).toEqual(mapped(live, marketPart))
    expect(log.some((line) => line.includes('"fillId"'))).toBe(true)
  })
})

describe('a replay of a session to which opinions were told', () => {
  it('counts them as they counted then: set, replaced, cleared, expired', { timeout: SESSION_TIMEOUT_MS }, async () => {
    let now = 0
    await using store = createMemoryStore({ now: () => now })
    const key = { scope: 'paper@mainnet', venue: VENUE, instrument: SOL }
    const set = (hours: number, intentA: number, forHours: number) => ({
      at: FROM + hours * HOUR,
      tell: () =>
        store.setIntentDelta({ ...key, intentA, intentE: -intentA, expiresAt: now + forHours * HOUR, reason: null }),
    })
    const told = [
      // Within a minute, at the end of one, replaced before it expires, cleared.
      { ...set(0.505, 0.4, 5) },
      { ...set(1, -0.3, 0.5) },
      { ...set(2.001, 0.25, 9) },
      { at: FROM + 2.9999 * HOUR, tell: () => store.clearIntentDelta(key) },
    ].map((one) => ({ ...one, at: Math.floor(one.at / 1_000) * 1_000 }))
    const onSecond = async (second: number): Promise<void> => {
      now = second
      for (const one of told) if (one.at === second) await one.tell()
    }
    const range = { from: FROM, to: FROM + 4 * HOUR }
    const live = await paperSession(market, store, { ...session, ...range, onSecond })
    const { decisions } = await replayed(replayRequest(market, store, POSITIONS, range))
    expect(record(decisions)).toEqual(record(live))
    const a = [...live.values()]
      .filter((line) => line.includes('"A":'))
      .map((line) => (JSON.parse(line) as { A: number }).A)
    expect(new Set(a).size).toBeGreaterThan(3)
    const without = await replayed(
      replayRequest(market, { ...readsOf(store), pastIntentDeltas: async () => [] }, POSITIONS, range),
    )
    expect(record(without.decisions)).not.toEqual(record(live))
  })
})

describe('a replay of a session in which not all went well', () => {
  it('decides on the bars that the session saw: without late trades, and back-filled after an outage', async () => {
    await using store = createMemoryStore()
    const outage = { from: FROM + 2 * HOUR + 20_000, to: FROM + 2 * HOUR + 25 * MINUTE + 7_000 }
    // Every tenth minute its last trades come after it was closed.
    const isLate = (second: number) => (second / 1_000) % 600 === 599
    const delayMs = (second: number) => (isLate(second) ? 4_000 : (second * 7) % 1_500)
    const live = await paperSession(market, store, { ...session, graceMs: 2_000, delayMs, outage })
    const { decisions } = await replayed(replayRequest(market, store, POSITIONS, RANGE))
    // While the venue could not be reached nothing was decided; the replay has the bars that were read afterwards.
    expect(decisions.size).toBeGreaterThan(live.size)
    // Bars of the outage are decided after it, when nothing may be planned on them any more and the regime is elsewhere.
    for (const [bar, line] of live) expect([bar, seriesPart(decisions.get(bar))]).toEqual([bar, seriesPart(line)])
    const until = (of: Decisions) => actionsOf(new Map([...of].filter(([, line]) => timeOf(line) < outage.from)))
    expect(until(live).size).toBeGreaterThan(3)
    // Orders go out when the grace is over and not at the end of the bar: what fills at another price may end otherwise.
    expect(record(until(decisions))).toMatchObject(record(until(live)))
  })
})

function readsOf(store: Store) {
  return {
    bars: store.bars.bind(store),
    trades: store.trades.bind(store),
    pastIntentDeltas: store.pastIntentDeltas.bind(store),
  }
}

function record(decisions: Decisions): Readonly<Record<string, string>> {
  return Object.fromEntries([...decisions].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function mapped(decisions: Decisions, part: (line: string | undefined) => unknown) {
  return Object.fromEntries([...decisions].map(([bar, line]) => [bar, part(line)]))
}

function timeOf(line: string): number {
  return (JSON.parse(line) as { ts: number }).ts
}

/** What a decision says of the market, without what was held and planned. */
function marketPart(line: string | undefined): unknown {
  if (line === undefined) return null
  const { plan: _plan, q: _q, avgEntry: _entry, investedUsd: _in, extractedUsd: _out, ...rest } = JSON.parse(line)
  return rest
}

/** ... and without what the regime made of it. */
function seriesPart(line: string | undefined): unknown {
  const { A: _a, E: _e, missing: _missing, ...rest } = (marketPart(line) ?? {}) as Record<string, unknown>
  return rest
}

function actionsOf(decisions: Decisions): ReadonlyMap<string, string> {
  const actions = new Map<string, string>()
  for (const [bar, line] of decisions) {
    const { plan } = JSON.parse(line) as { plan: { action: string; rule: string } | null }
    if (plan !== null) actions.set(bar, `${plan.action} ${plan.rule}`)
  }
  return actions
}
