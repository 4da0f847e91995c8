import type { Instrument, OrderRequest, VenueEvent } from '@portolan/core'
import { decimalFromNumber, instrumentId, parseDecimal } from '@portolan/core'
import type { SimulatedExchangeOptions } from '../../../src/execution/simulated/index.ts'
import { createSimulatedExchange } from '../../../src/execution/simulated/index.ts'
import { VirtualClock } from '../../../src/services/index.ts'

export const d = parseDecimal
export const ETH = instrumentId('ETH')
export const signal = new AbortController().signal

/** A perp with a fee of 10 bps and steps of 0.001. */
export const instrument: Instrument = {
  id: ETH,
  base: 'ETH',
  quote: 'USDC',
  status: 'trading',
  sizing: {
    price: { kind: 'tick', tick: d('0.01') },
    quantityStep: d('0.001'),
    minQuantity: d('0'),
    minNotional: d('10'),
    maxQuantity: null,
    maxNotional: null,
    maxLeverage: 1,
    closeExemptFromMinimums: true,
    buyUnit: 'base',
    quoteStep: d('0.01'),
  },
  fees: { takerBps: 10, makerBps: 0 },
  marketCapUsd: null,
}

let nextIntent = 0
export function request(side: 'buy' | 'sell', quantity: string, more: Partial<OrderRequest> = {}): OrderRequest {
  return {
    instrument: ETH,
    side,
    quantity: d(quantity),
    spend: null,
    limitPrice: side === 'buy' ? d('1000000') : d('0.01'),
    reduceOnly: side === 'sell',
    closesPosition: false,
    urgency: 'normal',
    intentId: `intent-${++nextIntent}`,
    ...more,
  }
}

/** An exchange with 10,000 USDC and a slippage of 5 bps, and all that it told. */
export function exchangeWith(options: Partial<SimulatedExchangeOptions> = {}) {
  const clock = new VirtualClock(1_000)
  const events: VenueEvent[] = []
  const exchange = createSimulatedExchange({
    quote: 'USDC',
    startingCash: d('10000'),
    slippageBps: 5,
    frictionless: false,
    clock,
    instrument: (id) => (id === ETH ? instrument : null),
    emit: (event) => events.push(event),
    ...options,
  })
  const price = (value: number, at = clock.now()) => exchange.onPrice(ETH, decimalFromNumber(value), at)
  const send = async (order: OrderRequest) => {
    const sealed = await exchange.prepare(order)
    return { sealed, outcome: await exchange.submit(sealed) }
  }
  const trade = async (order: OrderRequest, at: number) => {
    const { sealed } = await send(order)
    price(at)
    return exchange.lookup(sealed)
  }
  return { exchange, clock, events, price, send, trade }
}
