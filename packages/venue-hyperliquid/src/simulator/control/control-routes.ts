import { isObject } from '../exchange/codec.ts'
import { faultList } from '../faults/fault.ts'
import type { Kernel } from '../kernel.ts'
import type { Reply } from '../rest/reply.ts'
import { json } from '../rest/reply.ts'
import type { Simulation } from '../simulation.ts'

/**
 * The simulator's own paths, which the venue does not have: `GET /simulator/executions`, `GET|POST|DELETE /simulator/faults`,
 * `GET|POST /simulator/clock`, `POST /simulator/price`, `POST /simulator/delist`, `POST /simulator/drop-sockets`.
 */
export class ControlRoutes {
  readonly #simulation: Simulation

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  async answer(method: string, path: string, text: string): Promise<Reply> {
    const body = parsed(text)
    switch (`${method} ${path}`) {
      case 'GET /simulator/executions':
        return json(this.#simulation.executions())
      case 'GET /simulator/clock':
        return this.#clock()
      case 'POST /simulator/clock':
        return await this.#advance(body)
      case 'GET /simulator/faults':
        return json(this.#simulation.faults())
      case 'POST /simulator/faults':
        return this.#addFaults(body)
      case 'DELETE /simulator/faults':
        this.#simulation.clearFaults()
        return json([])
      case 'POST /simulator/price':
        return await this.#price(body)
      case 'POST /simulator/delist':
        return await this.#delist(body)
      case 'POST /simulator/drop-sockets':
        this.#simulation.dropSockets()
        return json({})
      default:
        return json({ error: `no such control: ${method} ${path}` }, 404)
    }
  }

  #clock(): Reply {
    const { clock } = this.#simulation.kernel
    return json({ now: clock.now(), ...clock.time })
  }

  async #advance(body: unknown): Promise<Reply> {
    if (!isObject(body) || typeof body.advanceMs !== 'number' || !(body.advanceMs >= 0)) {
      return json({ error: 'expected {"advanceMs": <ms, not negative>}' }, 400)
    }
    await this.#simulation.kernel.advance(body.advanceMs)
    return this.#clock()
  }

  #addFaults(body: unknown): Reply {
    const faults = faultList.safeParse(Array.isArray(body) ? body : [body])
    if (!faults.success)
      return json({ error: `not a fault: ${JSON.stringify(body)}`, issues: faults.error.issues }, 400)
    for (const fault of faults.data) this.#simulation.addFault(fault)
    return json(this.#simulation.faults())
  }

  async #price(body: unknown): Promise<Reply> {
    const { kernel } = this.#simulation
    if (!isObject(body) || !isListed(kernel, body.coin) || typeof body.price !== 'number' || !(body.price > 0)) {
      return json({ error: 'expected {"coin": <listed coin>, "price": <number above 0>}' }, 400)
    }
    await kernel.pushPrice(body.coin, body.price)
    return json({ coin: body.coin, price: kernel.core.market.coin(body.coin).priceAt(kernel.core.now) })
  }

  async #delist(body: unknown): Promise<Reply> {
    const { kernel } = this.#simulation
    if (!isObject(body) || !isListed(kernel, body.coin)) return json({ error: 'expected {"coin": <listed coin>}' }, 400)
    await kernel.delist(body.coin)
    return json({ coin: body.coin, isDelisted: true })
  }
}

function isListed(kernel: Kernel, coin: unknown): coin is string {
  return typeof coin === 'string' && kernel.core.market.listing(coin) !== undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
