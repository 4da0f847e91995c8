import { Decimal } from 'decimal.js'
import { PERP_UNIVERSE } from '../../../src/reference/index.ts'
import type { Account } from '../../../src/simulator/engine/account.ts'
import { newAccount } from '../../../src/simulator/engine/account.ts'
import { advance, stepEnd } from '../../../src/simulator/engine/advance.ts'
import { EngineCore } from '../../../src/simulator/engine/core.ts'
import type { EngineEvent } from '../../../src/simulator/engine/events.ts'
import type { NewOrder, PlaceResult } from '../../../src/simulator/engine/new-order.ts'
import { placeOrder } from '../../../src/simulator/engine/place-order.ts'
import { Market } from '../../../src/simulator/market/market.ts'

/** 2026-11-22 17:00:30 UTC. */
const NOW = 1_795_366_830_000

/** What a test says of an order; the rest is a GTC limit order of one ETH. */
export type OrderWish = Partial<Omit<NewOrder, 'limitPx' | 'sz'>> & {
  readonly px?: Decimal.Value
  readonly size?: Decimal.Value
}

/** The matching engine without sockets, with one funded account. */
export class TestEngine {
  readonly core: EngineCore
  readonly account: Account
  readonly events: EngineEvent[] = []

  constructor(usd = 100_000) {
    this.core = new EngineCore(new Market('test', PERP_UNIVERSE, NOW), NOW)
    this.account = this.open(usd, `0x${'a'.repeat(40)}`)
    this.core.onEvent((event) => this.events.push(event))
  }

  open(usd: number, address: string): Account {
    return this.core.accounts.add(newAccount(address, usd))
  }

  asset(coin: string): number {
    const asset = this.core.market.listing(coin)?.asset
    if (asset === undefined) throw new Error(`no ${coin}`)
    return asset
  }

  price(coin: string): number {
    return this.core.market.coin(coin).priceAt(this.core.now)
  }

  place(coin: string, isBuy: boolean, wish: OrderWish = {}, account = this.account): PlaceResult {
    const { px = this.price(coin), size = 1, ...rest } = wish
    return placeOrder(this.core, account, {
      asset: this.asset(coin),
      isBuy,
      limitPx: new Decimal(px),
      sz: new Decimal(size),
      reduceOnly: false,
      tif: 'Gtc',
      trigger: null,
      cloid: null,
      isPositionTpsl: false,
      parent: null,
      builder: null,
      stage: wish.trigger == null ? 'book' : 'trigger',
      ...rest,
    })
  }

  /** A market order: IOC well through the book. */
  take(coin: string, isBuy: boolean, size: Decimal.Value, account = this.account): PlaceResult {
    const px = Math.round(this.price(coin) * (isBuy ? 1.05 : 0.95))
    return this.place(coin, isBuy, { px, size, tif: 'Ioc' }, account)
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const end = this.core.now + ms
    while (this.core.now < end) advance(this.core, stepEnd(this.core, this.core.now, end))
  }

  held(coin: string, account = this.account): string {
    return account.positions.get(coin)?.szi.toString() ?? '0'
  }

  /** The statuses that `orderUpdates` announced for an order, in order. */
  statuses(result: PlaceResult): string[] {
    if (!('order' in result)) return []
    const { oid } = result.order
    return this.events.flatMap((event) =>
      event.kind === 'orders' ? event.updates.filter(({ order }) => order.oid === oid).map(({ status }) => status) : [],
    )
  }
}
