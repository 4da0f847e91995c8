import { randomUUID } from 'node:crypto'
import type { Instrument, OrderRequest, SealedOrder, Signer } from '@portolan/core'
import { decimalFromNumber, instrumentId, roundPrice, roundQuantity } from '@portolan/core'
import { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import type { TestContext } from '../harness/test-context.ts'
import { ManualClock, testContext, throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal

/** The adapter connected to a simulator; both live in a time that moves by {@link SimulatedVenue.pass} alone. */
export interface SimulatedVenue extends AsyncDisposable {
  readonly simulator: Simulator
  readonly clock: ManualClock
  readonly context: TestContext
  readonly venue: HyperliquidVenue
  /** Lets time pass at the venue and here, a second at a time. */
  pass(ms: number): Promise<void>
  /** A market-like order: 3 % through the last price. */
  request(
    changes: { readonly coin?: string; readonly side?: 'buy' | 'sell'; readonly usd?: number } & Partial<OrderRequest>,
  ): Promise<OrderRequest>
  prepare(changes?: Parameters<SimulatedVenue['request']>[0]): Promise<SealedOrder>
  instrument(coin: string): Instrument
}

export interface SimulatedVenueSettings {
  readonly simulator?: SimulatorOptions
  readonly signer?: Signer
  readonly options?: Readonly<Record<string, unknown>>
  /** Runs before the adapter starts. */
  readonly beforeStart?: (simulator: Simulator, now: number) => Promise<void>
}

/** Starts both. */
export async function simulatedVenue(settings: SimulatedVenueSettings = {}): Promise<SimulatedVenue> {
  const clock = new ManualClock()
  const simulator = await startSimulator({
    clock: { speed: 0, anchorMs: clock.now() },
    seed: 'adapter',
    ...settings.simulator,
  })
  await settings.beforeStart?.(simulator, clock.now())
  const options = { network: 'simulator', url: simulator.url, ...settings.options } as const
  const context = testContext({ clock, options, signer: settings.signer ?? throwawaySigner() })
  const venue = new HyperliquidVenue(context, () => 0.5)
  await venue.start(signal)
  // Order updates have no snapshot: what happens before they are subscribed is not told.
  const messages = [...context.budgets.values()].find((budget) => budget.spec.name.startsWith('socket-messages'))
  await until('the account stream', () => messages !== undefined && messages.taken >= 3)
  await settle()
  const instruments = new Map((await venue.instruments(signal)).map((each) => [String(each.id), each]))

  const instrument = (coin: string): Instrument => {
    const found = instruments.get(coin)
    if (found === undefined) throw new Error(`no ${coin}`)
    return found
  }
  const request: SimulatedVenue['request'] = async ({ coin = 'BTC', side = 'buy', usd = 500, ...changes }) => {
    const { id, sizing } = instrument(coin)
    const now = clock.now()
    const bars = await venue.marketData.history({
      instrument: id,
      timeframe: '1m',
      from: now - 600_000,
      to: now,
      signal,
    })
    const last = bars.at(-1)?.close ?? Number.NaN
    const limit = decimalFromNumber(last * (side === 'buy' ? 1.03 : 0.97))
    return {
      instrument: instrumentId(coin),
      side,
      quantity: roundQuantity(decimalFromNumber(usd / last), sizing.quantityStep),
      spend: null,
      limitPrice: roundPrice(limit, sizing.price, side === 'buy' ? 'down' : 'up'),
      reduceOnly: false,
      closesPosition: false,
      urgency: 'normal',
      intentId: randomUUID(),
      ...changes,
    }
  }
  return {
    simulator,
    clock,
    context,
    venue,
    request,
    instrument,
    prepare: async (changes = {}) => venue.execution.prepare(await request(changes), signal),
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= 1000) {
        await simulator.advance(Math.min(left, 1000))
        await settle(4)
        clock.advance(Math.min(left, 1000))
      }
    },
    [Symbol.asyncDispose]: async () => {
      await venue[Symbol.asyncDispose]()
      await simulator.close()
    },
  }
}
