import type {
  Account,
  Balance,
  DecimalString,
  Fill,
  FundingPayment,
  Logger,
  OpenOrder,
  VenuePosition,
} from '@portolan/core'
import { decimalFrom, Exact, instrumentId, VenueError, ZERO } from '@portolan/core'
import type { z } from 'zod'
import type { VenueTime } from '../execution/venue-time.ts'
import type { Dex } from '../instruments/dex.ts'
import { balanceName, dexOfCoin, OWN_DEX } from '../instruments/dex.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { InfoClient, InfoRequest } from '../rest/info-client.ts'
import { clearinghouseShape, openOrdersOf, spotBalancesShape, userAbstractionShape } from './account-shapes.ts'
import type { FillHistory } from './fill-history.ts'
import { REACHABLE_FILLS, readFills, readTwapFills } from './fill-history.ts'
import { fillId, toFill } from './fill-shape.ts'
import { readFunding } from './funding-payment.ts'
import { readFillsCursor, readTimeCursor, writeFillsCursor } from './history-cursor.ts'

export interface AccountParts {
  readonly info: InfoClient
  readonly options: HyperliquidOptions
  readonly logger: Logger
  /** Of the account; throws while there is none. */
  readonly address: () => string
  /** That are traded, the venue's own among them; throws before they are known. */
  readonly dexes: () => readonly Dex[]
  readonly time: VenueTime
}

type Clearinghouse = z.output<typeof clearinghouseShape>

/** Reads of the account, each from the venue. Every dex keeps a clearinghouse of its own; all are read, or the read fails. */
export class HyperliquidAccount implements Account {
  readonly #parts: AccountParts
  #unified: boolean | null = null
  #hasTwaps = true

  constructor(parts: AccountParts) {
    this.#parts = parts
  }

  /**
   * Collateral, one balance per dex (`USDC`, `xyz:USDC`): `total` is the account's value with unrealised profit, `available` what no margin holds. In a
   * unified account one and the same spot balance pays for every dex of its asset, and is named for each.
   */
  async balances(signal: AbortSignal): Promise<readonly Balance[]> {
    const { info, address } = this.#parts
    if (await this.#isUnified(signal)) {
      const request = { type: 'spotClearinghouseState', user: address() } as const
      const { balances } = await info.ask(request, spotBalancesShape, { signal })
      return this.#parts.dexes().map((dex) => {
        const spot = balances.find((balance) => balance.coin === dex.collateral)
        const total = spot?.total ?? ZERO
        return { asset: balanceName(dex), total, available: difference(total, spot?.hold ?? ZERO) }
      })
    }
    const states = await this.#clearinghouses(signal)
    return states.map(({ dex, state }) => ({
      asset: balanceName(dex),
      total: state.marginSummary.accountValue,
      available: state.withdrawable,
    }))
  }

  async positions(signal: AbortSignal): Promise<readonly VenuePosition[]> {
    const states = await this.#clearinghouses(signal)
    return states.flatMap(({ state }) =>
      state.assetPositions
        .filter(({ position }) => position.szi !== ZERO)
        .map(({ position }) => ({
          instrument: instrumentId(position.coin),
          quantity: position.szi,
          averageEntry: position.entryPx ?? null,
        })),
    )
  }

  async openOrders(signal: AbortSignal): Promise<readonly OpenOrder[]> {
    const { info, address, dexes } = this.#parts
    const request = { type: 'frontendOpenOrders', user: address() } as const
    const lists = await Promise.all(
      dexes().map(({ name }) => info.ask(ofDex(request, name), openOrdersOf(name), { signal })),
    )
    return lists.flat().map((order) => ({
      orderId: order.oid,
      sealedId: order.cloid,
      instrument: instrumentId(order.coin),
      side: order.side,
      limitPrice: order.limitPx,
      remaining: order.sz,
      reduceOnly: order.reduceOnly === true,
    }))
  }

  /**
   * Fills of orders and of TWAP orders. The cursor holds the time of the last one seen of each; its millisecond is read again, for another fill may
   * share it.
   */
  async fills(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly fills: readonly Fill[]; readonly cursor: string }> {
    const { info, address, options, logger } = this.#parts
    const user = address()
    const from = readFillsCursor(cursor)
    const range = { user, dexes: options.dexes }
    const orders = await readFills(info, { ...range, from: from.orders }, { signal })
    if (orders.isCutOff && from.orders > 0) {
      logger.error('older fills of the account may be out of reach', { reachable: REACHABLE_FILLS, since: from.orders })
    }
    const twaps = await this.#twapFills({ ...range, from: from.twaps }, signal)
    this.#checkTime('userFillsByTime', orders.lastTime)
    this.#checkTime('userTwapSliceFillsByTime', twaps.lastTime)
    const known = new Set(orders.fills.map(fillId))
    const slices = twaps.fills.filter((fill) => !known.has(fillId(fill)))
    return {
      fills: [...orders.fills, ...slices].sort((a, b) => a.time - b.time).map((fill) => toFill(fill, user)),
      cursor: writeFillsCursor({
        orders: Math.max(from.orders, orders.lastTime ?? 0),
        twaps: Math.max(from.twaps, twaps.lastTime ?? 0),
      }),
    }
  }

  /** The cursor is the time of the last payment seen; its millisecond is read again. */
  async funding(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly payments: readonly FundingPayment[]; readonly cursor: string }> {
    const { info, address, options } = this.#parts
    const from = readTimeCursor(cursor)
    const range = { user: address(), dexes: options.dexes, from }
    const { payments, lastTime } = await readFunding(info, range, { signal })
    this.#checkTime('userFunding', lastTime)
    return { payments, cursor: String(Math.max(from, lastTime ?? 0)) }
  }

  async #clearinghouses(signal: AbortSignal): Promise<readonly { readonly dex: Dex; readonly state: Clearinghouse }[]> {
    const { info, address, dexes, time } = this.#parts
    const request = { type: 'clearinghouseState', user: address() } as const
    return Promise.all(
      dexes().map(async (dex) => {
        const state = await info.ask(ofDex(request, dex.name), clearinghouseShape, { signal })
        const stranger = state.assetPositions.find(({ position }) => dexOfCoin(position.coin) !== dex.name)
        if (stranger !== undefined) {
          const where = dex.name === OWN_DEX ? 'the own exchange' : `dex ${dex.name}`
          const message = `info clearinghouseState of ${where} has a position in ${stranger.position.coin}`
          throw new VenueError('malformed-answer', message)
        }
        if (state.time != null) time.observe(state.time)
        return { dex, state }
      }),
    )
  }

  /** A time that is not yet would move the cursor past all that is still to come. */
  #checkTime(what: string, last: number | null): void {
    if (last === null || this.#parts.time.isPlausible(last)) return
    throw new VenueError('malformed-answer', `info ${what}: something happened at ${last}, which is not yet`)
  }

  async #twapFills(range: Parameters<typeof readTwapFills>[1], signal: AbortSignal): Promise<FillHistory> {
    const none: FillHistory = { fills: [], lastTime: null, isCutOff: false }
    if (!this.#hasTwaps) return none
    try {
      return await readTwapFills(this.#parts.info, range, { signal })
    } catch (error) {
      if (!isUnknownQuestion(error)) throw error
      this.#hasTwaps = false
      return none
    }
  }

  async #isUnified(signal: AbortSignal): Promise<boolean> {
    const { accountMode } = this.#parts.options
    if (accountMode !== 'auto') return accountMode === 'unified'
    this.#unified ??= await this.#askUnified(signal)
    return this.#unified
  }

  async #askUnified(signal: AbortSignal): Promise<boolean> {
    try {
      const request = { type: 'userAbstraction', user: this.#parts.address() } as const
      const mode = await this.#parts.info.ask(request, userAbstractionShape, { signal })
      return mode === 'unifiedAccount' || mode === 'portfolioMargin'
    } catch (error) {
      if (isUnknownQuestion(error)) return false
      throw error
    }
  }
}

/** A venue that does not know the question has nothing of the kind. Any other failure says nothing. */
function isUnknownQuestion(error: unknown): boolean {
  return error instanceof VenueError && error.code === 'refused' && error.message.includes('HTTP 422')
}

function ofDex<Request extends InfoRequest>(request: Request, dex: string): InfoRequest {
  return dex === OWN_DEX ? request : { ...request, dex }
}

function difference(total: DecimalString, hold: DecimalString): DecimalString {
  return decimalFrom(new Exact(total).minus(hold))
}
