import type { OrderRequest } from '@portolan/core'
import { Exact, VenueError } from '@portolan/core'
import type { Token } from '../transaction/token.ts'
import { toUnits } from '../transaction/token.ts'

/** An order as a swap: so much of one token for at least so much of another. Amounts in base units. */
export interface SwapRequest {
  readonly side: 'buy' | 'sell'
  readonly base: Token
  readonly quote: Token
  readonly input: Token
  readonly output: Token
  readonly amountIn: bigint
  /** What the order's limit price demands for {@link amountIn}; the chain is made to enforce it. */
  readonly minimumOut: bigint
}

/**
 * Reads an order. A buy spends `spend`, a sale gives `quantity`; the limit price makes the least that must arrive, rounded up.
 * @param held base units of the base token that can be sold: an exit never asks for more than there is.
 * @throws {VenueError} `refused` when nothing is left after rounding to base units, `unsupported` for a buy without `spend`.
 */
export function swapRequest(order: OrderRequest, base: Token, quote: Token, held: bigint): SwapRequest {
  const price = new Exact(order.limitPrice)
  if (!price.gt(0)) throw new VenueError('refused', `price-rule: a limit price of ${order.limitPrice} limits nothing`)
  if (order.side === 'buy') {
    if (order.spend === null)
      throw new VenueError('unsupported', 'a swap buys by the amount it spends: spend is missing')
    const amountIn = toUnits(order.spend, quote.decimals)
    const least = new Exact(amountIn.toString()).times(scale(base.decimals - quote.decimals)).div(price)
    return checked({ side: 'buy', base, quote, input: quote, output: base, amountIn, minimumOut: roundedUp(least) })
  }
  const asked = toUnits(order.quantity, base.decimals)
  const exit = order.closesPosition || order.reduceOnly
  const amountIn = exit && held < asked ? held : asked
  if (amountIn === 0n && asked > 0n) {
    throw new VenueError(
      'refused',
      `insufficient-funds: nothing of ${base.mint} can be sold: the wallet holds none, or it is frozen`,
    )
  }
  const least = new Exact(amountIn.toString()).times(scale(quote.decimals - base.decimals)).times(price)
  return checked({ side: 'sell', base, quote, input: base, output: quote, amountIn, minimumOut: roundedUp(least) })
}

function checked(request: SwapRequest): SwapRequest {
  if (request.amountIn > 0n && request.minimumOut > 0n) return request
  throw new VenueError('refused', 'quantity-rule: the order rounds to nothing in base units')
}

function scale(exponent: number): Exact {
  return new Exact(10).pow(exponent)
}

function roundedUp(units: Exact): bigint {
  return BigInt(units.ceil().toFixed())
}
