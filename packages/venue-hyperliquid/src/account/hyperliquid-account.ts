import type { Account, Balance, DecimalString, Fill, OpenOrder, VenuePosition } from '@portolan/core'
import { decimalFrom, Exact, instrumentId, VenueError, ZERO } from '@portolan/core'
import { z } from 'zod'
import { COLLATERAL } from '../instruments/perp-instrument.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { InfoClient } from '../rest/info-client.ts'
import { clearinghouseShape, orderShape, spotBalancesShape, userAbstractionShape } from './account-shapes.ts'
import { readFills } from './fill-history.ts'
import { isOwnPerp, toFill } from './fill-shape.ts'

/** Reads of the account, each from the venue. */
export class HyperliquidAccount implements Account {
  readonly #info: InfoClient
  readonly #options: HyperliquidOptions
  readonly #address: () => string
  #unified: boolean | null = null

  /** @param address of the account; throws while there is none. */
  constructor(info: InfoClient, options: HyperliquidOptions, address: () => string) {
    this.#info = info
    this.#options = options
    this.#address = address
  }

  /** Collateral in USDC: `total` is the account's value with unrealised profit, `available` what no margin holds. */
  async balances(signal: AbortSignal): Promise<readonly Balance[]> {
    const user = this.#address()
    if (await this.#isUnified(signal)) {
      const spot = await this.#info.ask({ type: 'spotClearinghouseState', user }, spotBalancesShape, { signal })
      const usdc = spot.balances.find((balance) => balance.coin === COLLATERAL)
      if (usdc === undefined) return [{ asset: COLLATERAL, total: ZERO, available: ZERO }]
      return [{ asset: COLLATERAL, total: usdc.total, available: difference(usdc.total, usdc.hold) }]
    }
    const state = await this.#info.ask({ type: 'clearinghouseState', user }, clearinghouseShape, { signal })
    return [{ asset: COLLATERAL, total: state.marginSummary.accountValue, available: state.withdrawable }]
  }

  async positions(signal: AbortSignal): Promise<readonly VenuePosition[]> {
    const request = { type: 'clearinghouseState', user: this.#address() } as const
    const state = await this.#info.ask(request, clearinghouseShape, { signal })
    return state.assetPositions
      .filter(({ position }) => position.szi !== ZERO)
      .map(({ position }) => ({
        instrument: instrumentId(position.coin),
        quantity: position.szi,
        averageEntry: position.entryPx ?? null,
      }))
  }

  async openOrders(signal: AbortSignal): Promise<readonly OpenOrder[]> {
    const request = { type: 'frontendOpenOrders', user: this.#address() } as const
    const orders = await this.#info.ask(request, z.array(orderShape), { signal })
    return orders
      .filter((order) => isOwnPerp(order.coin))
      .map((order) => ({
        orderId: order.oid,
        sealedId: order.cloid,
        instrument: instrumentId(order.coin),
        side: order.side,
        limitPrice: order.limitPx,
        remaining: order.sz,
        reduceOnly: order.reduceOnly === true,
      }))
  }

  /** The cursor is the time of the last fill seen; its millisecond is read again, for another fill may share it. */
  async fills(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly fills: readonly Fill[]; readonly cursor: string }> {
    const user = this.#address()
    const from = cursor === null ? 0 : readCursor(cursor)
    const fills = await readFills(this.#info, { user, from }, { signal })
    return {
      fills: fills.filter((fill) => isOwnPerp(fill.coin)).map((fill) => toFill(fill, user)),
      cursor: String(Math.max(from, fills.at(-1)?.time ?? 0)),
    }
  }

  async #isUnified(signal: AbortSignal): Promise<boolean> {
    if (this.#options.accountMode !== 'auto') return this.#options.accountMode === 'unified'
    this.#unified ??= await this.#askUnified(signal)
    return this.#unified
  }

  async #askUnified(signal: AbortSignal): Promise<boolean> {
    try {
      const request = { type: 'userAbstraction', user: this.#address() } as const
      const mode = await this.#info.ask(request, userAbstractionShape, { signal })
      return mode === 'unifiedAccount' || mode === 'portfolioMargin'
    } catch (error) {
      // A venue that does not know the question knows no such accounts. Any other failure says nothing.
      if (error instanceof VenueError && error.code === 'refused') return false
      throw error
    }
  }
}

function difference(total: DecimalString, hold: DecimalString): DecimalString {
  return decimalFrom(new Exact(total).minus(hold))
}

function readCursor(cursor: string): number {
  const time = Number(cursor)
  if (Number.isSafeInteger(time) && time >= 0) return time
  throw new VenueError('misconfigured', `"${cursor}" is not a cursor of this adapter: a time in ms was expected`)
}
