import type { Urgency } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import type { JupiterCall, JupiterClient, JupiterQuery } from '../jupiter/jupiter-client.ts'
import type { BuildAnswer, OrderAnswer, Quote } from '../jupiter/swap-shapes.ts'
import { buildShape, orderShape } from '../jupiter/swap-shapes.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'
import type { ExecutionOptions } from './execution-options.ts'
import { checkQuote, impactAgainst, quotedImpactBps, widestSlippageBps } from './quote-limits.ts'
import type { SwapRequest } from './swap-request.ts'

/** Who asks, and how urgently. */
export interface RouteWish {
  readonly wallet: string
  readonly urgency: Urgency
  /** Accounts of the route at most; default: the option. */
  readonly maxAccounts?: number
}

/** Attempts at a quote whose tolerance fits: the price moves in between. */
const ATTEMPTS = 3
/** The part of the amount at which the market's own price is asked for when a quote does not tell its impact. */
const SMALL_PART = 200n

/** Finds the route of a swap within its limits. Nothing it does has an effect. */
export class SwapRouter {
  readonly #jupiter: JupiterClient
  readonly #options: ExecutionOptions

  constructor(jupiter: JupiterClient, options: ExecutionOptions) {
    this.#jupiter = jupiter
    this.#options = options
  }

  /** The instructions of a swap (`/build`). @throws {VenueError} `refused` when no quote is within the limits. */
  build(request: SwapRequest, wish: RouteWish, call: JupiterCall): Promise<BuildAnswer> {
    const { tipLamports, maxAccounts, priorityFeePercentile } = this.#options
    const query: JupiterQuery = {
      maxAccounts: String(wish.maxAccounts ?? maxAccounts),
      wrapAndUnwrapSol: this.#options.sol === 'wrapped' && touchesSol(request) ? 'false' : undefined,
      computeUnitPricePercentile: String(priorityFeePercentile[wish.urgency]),
      tipAmount: tipLamports === 0 ? undefined : String(tipLamports),
    }
    return this.#within('/swap/v2/build', query, buildShape, request, wish, call)
  }

  /** A whole transaction of Jupiter's (`/order`). @throws {VenueError} `refused` also when the wallet would not be its fee payer. */
  async order(request: SwapRequest, wish: RouteWish, call: JupiterCall): Promise<OrderAnswer> {
    const query: JupiterQuery = {
      excludeRouters: listed(this.#options.excludeRouters),
      priorityFeeLamports: String(this.#options.maxPriorityFeeLamports[wish.urgency]),
      broadcastFeeType: 'maxCap',
    }
    const answer = await this.#within('/swap/v2/order', query, orderShape, request, wish, call)
    const { transaction, errorCode, errorMessage, error, signatureFeePayer, gasless, router } = answer
    if (transaction === null || transaction === undefined || transaction === '') {
      const said = `${errorMessage ?? error ?? 'no transaction'} (${errorCode ?? 'no code'})`
      const reason = errorCode === 1 || errorCode === 2 ? 'insufficient-funds' : 'other'
      throw new VenueError('refused', `${reason}: Jupiter could not build the transaction: ${said}`)
    }
    if (signatureFeePayer !== wish.wallet || gasless === true) {
      const who = `${signatureFeePayer ?? 'nobody named'} pays its fees (router ${router ?? 'unknown'})`
      throw new VenueError(
        'refused',
        `other: its signature would not be known before it is sent: ${who}; it was not signed`,
      )
    }
    return answer
  }

  /** Asks with the tolerance of the urgency, and again with a narrower one where the limit price demands it. */
  async #within<Schema extends z.ZodType<Quote>>(
    path: string,
    query: JupiterQuery,
    shape: Schema,
    request: SwapRequest,
    wish: RouteWish,
    call: JupiterCall,
  ): Promise<z.output<Schema>> {
    let slippageBps = this.#options.slippageBps[wish.urgency]
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const full = { ...this.#query(request), ...query, taker: wish.wallet, slippageBps: String(slippageBps) }
      const answer = await this.#jupiter.get(path, full, shape, call)
      checkQuote(answer, request)
      const widest = widestSlippageBps(answer, request)
      if (answer.slippageBps <= widest) {
        await this.#checkImpact(answer, request, wish, call)
        return answer
      }
      slippageBps = Math.min(slippageBps, widest)
    }
    throw new VenueError(
      'refused',
      `slippage: the price moves too fast for the order's limit price (${ATTEMPTS} quotes)`,
    )
  }

  async #checkImpact(quote: Quote, request: SwapRequest, { urgency }: RouteWish, call: JupiterCall): Promise<void> {
    const most = this.#options.maxPriceImpactBps[urgency]
    if (most >= 10_000) return
    const impact = quotedImpactBps(quote) ?? (await this.#measuredImpact(quote, request, call))
    if (impact <= most) return
    const text = `the swap would move the price by ${impact.toFixed(1)} bps, ${most} are allowed for urgency ${urgency}`
    throw new VenueError('refused', `no-liquidity: ${text} (execution.maxPriceImpactBps)`)
  }

  /** Against the price of a small part, which moves nothing. */
  async #measuredImpact(quote: Quote, request: SwapRequest, call: JupiterCall): Promise<number> {
    const part = request.amountIn / SMALL_PART
    if (part === 0n) return 0
    const small = { ...request, amountIn: part }
    const query = { ...this.#query(small), excludeRouters: listed(this.#options.excludeRouters) }
    const answer = await this.#jupiter.get('/swap/v2/order', query, orderShape, call)
    checkQuote(answer, small)
    return impactAgainst(answer, quote)
  }

  #query({ input, output, amountIn }: SwapRequest): JupiterQuery {
    return {
      inputMint: input.mint,
      outputMint: output.mint,
      amount: String(amountIn),
      excludeDexes: listed(this.#options.excludeDexes),
    }
  }
}

/** Whether one side of a swap is SOL. */
export function touchesSol({ input, output }: SwapRequest): boolean {
  return input.mint === WRAPPED_SOL || output.mint === WRAPPED_SOL
}

function listed(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(',')
}
