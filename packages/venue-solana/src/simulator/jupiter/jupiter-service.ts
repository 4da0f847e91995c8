import type { Service } from '../http/gateway.ts'
import type { Reply, Request } from '../http/reply.ts'
import { json } from '../http/reply.ts'
import { buildRoute } from './build-route.ts'
import { executeRoute } from './execute-route.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import { orderRoute } from './order-route.ts'
import { priceRoute } from './price-route.ts'
import { ApiError } from './query.ts'
import { swapInstructionsRoute, swapQuoteRoute, swapRoute } from './swap-v1.ts'
import { tokenSearchRoute } from './token-search-route.ts'

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /swap/v2/order': orderRoute,
  'POST /swap/v2/execute': executeRoute,
  'GET /swap/v2/build': buildRoute,
  'GET /swap/v1/quote': swapQuoteRoute,
  'POST /swap/v1/swap': swapRoute,
  'POST /swap/v1/swap-instructions': swapInstructionsRoute,
  'GET /price/v3': priceRoute,
  'GET /tokens/v2/search': tokenSearchRoute,
}

/** The loopback Jupiter. */
export class JupiterService implements Service {
  readonly target = 'jupiter'
  readonly #context: JupiterContext

  constructor(context: JupiterContext) {
    this.#context = context
  }

  serves(path: string): boolean {
    return /^\/(swap|price|tokens)\//.test(path)
  }

  name({ url }: Request): string {
    return url.pathname
  }

  async answer(request: Request): Promise<Reply> {
    const route = ROUTES[`${request.method} ${request.url.pathname.replace(/\/$/, '')}`]
    if (route === undefined) return json({ error: 'Not found' }, 404)
    try {
      return json(await route(this.#context, request))
    } catch (error) {
      if (error instanceof ApiError) return error.reply
      throw error
    }
  }
}
