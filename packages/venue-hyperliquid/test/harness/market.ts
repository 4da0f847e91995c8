import type { DataSource, Feed, FeedStatus, Subscription, TradeGate, VenueEvent } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import type { ScriptedVenue } from './scripted-venue.ts'
import type { StartedVenue, StartedVenueSettings } from './started-venue.ts'
import { startVenue } from './started-venue.ts'
import { settle } from './until.ts'

/** A data-only adapter at a scripted venue, seen as market data. */
export interface Market extends StartedVenue {
  /** What the venue tells as mids every 5 s. */
  readonly mids: Record<string, string>
  want(trading: readonly string[], majors?: readonly string[]): void
  /** What was told of a coin's feed, in order. */
  statuses(coin: string): readonly FeedStatus[]
  /** The last that was told. */
  kind(coin: string): FeedStatus['kind'] | undefined
  /** What a coin lives on. */
  source(coin: string): DataSource | undefined
  /** Times of all trades of a coin that were delivered, marks left out. */
  trades(coin: string): readonly number[]
  gate(coin: string): TradeGate
  /** Lets time pass, and what it sets going happen. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** Lets time pass until something is so. Fails, naming it, when it takes longer than so many ms of that time. */
  passUntil(what: string, condition: () => boolean, withinMs?: number): Promise<void>
}

export const coinNames = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `C${n}`)

/** Lists coins at the venue. */
function list(server: ScriptedVenue, coins: readonly string[]): void {
  const universe = coins.map((name) => ({ name, szDecimals: 2, maxLeverage: 10 }))
  server.info.set('meta', () => ({ json: { universe } }))
}

/** A frame of trades, one at each time. */
export const tradesFrame = (coin: string, ...times: readonly number[]) => ({
  channel: 'trades',
  data: times.map((time) => ({
    coin,
    side: 'B',
    px: '100.0',
    sz: '1.0',
    time,
    tid: time,
    hash: '0x0',
    users: ['', ''],
  })),
})

/** A frame of mids. */
const midsFrame = (mids: Readonly<Record<string, string>>) => ({ channel: 'allMids', data: { mids } })

export async function startMarket(coins: readonly string[], settings: StartedVenueSettings = {}): Promise<Market> {
  const started = await startVenue({
    context: { signer: null, roles: ['data'] },
    ...settings,
    script: (server) => {
      list(server, coins)
      settings.script?.(server)
    },
  })
  const { venue, clock, context } = started
  const mids: Record<string, string> = {}
  const toldOf = new Map<string, (VenueEvent & { readonly type: 'feed-status' })[]>()
  let read = 0
  const told = (coin: string) => {
    for (; read < context.events.length; read += 1) {
      const event = context.events[read]
      if (event?.type !== 'feed-status') continue
      const list = toldOf.get(event.instrument)
      if (list === undefined) toldOf.set(event.instrument, [event])
      else list.push(event)
    }
    return toldOf.get(coin) ?? []
  }
  const statuses = (coin: string) => told(coin).map(({ status }) => status)
  // Mids come whatever happens: a connection without them is mute.
  clock.every(5000, () => started.server.broadcast(midsFrame(mids)))
  const pass: Market['pass'] = async (ms, stepMs = 250) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs))
      await settle(2)
    }
  }
  return {
    ...started,
    mids,
    want: (trading, majors = []) => {
      const of = (names: readonly string[], feed: Feed): readonly Subscription[] =>
        names.map((name) => ({ instrument: instrumentId(name), feed }))
      venue.marketData.want([...of(majors, 'majors'), ...of(trading, 'trading')])
    },
    statuses,
    kind: (coin) => statuses(coin).at(-1)?.kind,
    source: (coin) => told(coin).at(-1)?.source,
    trades: (coin) =>
      context.events.flatMap((event) =>
        event.type === 'trades' && event.instrument === coin
          ? event.trades.filter(({ quantity }) => quantity !== '0').map(({ ts }) => ts)
          : [],
      ),
    gate: (coin) => venue.canTradeNow(instrumentId(coin), clock.now()),
    pass,
    passUntil: async (what, condition, withinMs = 120_000) => {
      for (let passed = 0; !condition(); passed += 250) {
        if (passed > withinMs) throw new Error(`in vain ${withinMs} ms passed: ${what}`)
        await pass(250)
      }
    },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}
