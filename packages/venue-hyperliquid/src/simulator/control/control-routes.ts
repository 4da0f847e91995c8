import { Decimal } from 'decimal.js'
import { z } from 'zod'
import { autoDeleverage } from '../engine/auto-deleverage.ts'
import { closeByForce } from '../engine/liquidate.ts'
import { faultList } from '../faults/fault.ts'
import { dexOf } from '../market/listing.ts'
import type { Reply } from '../rest/reply.ts'
import { json } from '../rest/reply.ts'
import type { Simulation } from '../simulation.ts'
import { accountWish, changeAccount } from './accounts-control.ts'

const price = z.strictObject({ coin: z.string(), price: z.number().positive() })
const coinOnly = z.strictObject({ coin: z.string() })
const liquidity = z.strictObject({ coin: z.string().optional(), factor: z.number().positive() })
const liquidation = z.strictObject({
  user: z.string(),
  coin: z.string().optional(),
  method: z.enum(['market', 'backstop']).default('market'),
})
const deleveraging = z.strictObject({ user: z.string(), coin: z.string(), sz: z.number().positive().optional() })
const notification = z.strictObject({ user: z.string(), text: z.string() })
const refusal = z.strictObject({ ms: z.number().nonnegative() })
const clock = z.union([z.strictObject({ advanceMs: z.number().nonnegative() }), z.strictObject({ skewMs: z.number() })])

/** A control request that makes no sense; its text says why. */
class ControlError extends Error {
  override readonly name = 'ControlError'
}

type Handler = (simulation: Simulation, body: unknown) => unknown

/** The simulator's own routes, which the venue does not have. Each does one thing and answers JSON. */
const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /simulator': () => Object.keys(ROUTES),
  'GET /simulator/executions': (simulation) => simulation.executions(),
  'GET /simulator/clock': (simulation) => clockView(simulation),
  'POST /simulator/clock': async (simulation, body) => {
    const wish = read(clock, body, '{"advanceMs": <ms, not negative>} or {"skewMs": <ms>}')
    if ('skewMs' in wish) simulation.kernel.clock.skew(wish.skewMs)
    else await simulation.kernel.advance(wish.advanceMs)
    return clockView(simulation)
  },
  'GET /simulator/faults': (simulation) => simulation.faults(),
  'POST /simulator/faults': (simulation, body) => {
    const faults = faultList.safeParse(Array.isArray(body) ? body : [body])
    if (!faults.success) throw new ControlError(`not a fault: ${JSON.stringify(body)}: ${faults.error.message}`)
    const unknown = faults.data.find((fault) => fault.kind === 'delist' && !isListed(simulation, fault.coin))
    if (unknown !== undefined) throw new ControlError('expected a listed coin')
    for (const fault of faults.data) simulation.addFault(fault)
    return simulation.faults()
  },
  'DELETE /simulator/faults': (simulation) => {
    simulation.clearFaults()
    return []
  },
  'POST /simulator/drop-sockets': (simulation) => {
    simulation.dropSockets()
    return {}
  },
  'POST /simulator/refuse-connections': (simulation, body) => {
    simulation.refuseConnections(read(refusal, body, '{"ms": <wall ms>}').ms)
    return {}
  },
  'POST /simulator/price': async (simulation, body) => {
    const wish = read(price, body, '{"coin": <listed coin>, "price": <number above 0>}')
    const { kernel } = simulation
    await kernel.pushPrice(listed(simulation, wish.coin), wish.price)
    return { coin: wish.coin, price: kernel.core.market.coin(wish.coin).priceAt(kernel.core.now) }
  },
  'POST /simulator/delist': async (simulation, body) => {
    const { coin } = read(coinOnly, body, '{"coin": <listed coin>}')
    await simulation.kernel.delist(listed(simulation, coin))
    return { coin, isDelisted: true }
  },
  'POST /simulator/liquidity': (simulation, body) => {
    const wish = read(liquidity, body, '{"coin"?: <listed coin>, "factor": <number above 0>}')
    const coin = wish.coin === undefined ? '*' : listed(simulation, wish.coin)
    simulation.kernel.core.market.setLiquidity(coin, wish.factor)
    return { coin, factor: wish.factor }
  },
  'POST /simulator/accounts': async (simulation, body) => {
    const wish = read(accountWish, body, 'an account: {"user": <address>, ...}')
    const { kernel } = simulation
    const account = await kernel.intervene((core) => changeAccount(core, kernel.access, wish))
    if (account === undefined) throw new ControlError(`${wish.user} is an agent`)
    return simulation.executions().find(({ address }) => address === account.address)
  },
  'POST /simulator/liquidate': async (simulation, body) => {
    const wish = read(liquidation, body, '{"user": <address>, "coin"?, "method"?: "market"|"backstop"}')
    const { kernel } = simulation
    const account = accountOf(simulation, wish.user)
    const meant = [...account.positions.values()].filter(({ coin }) => coin === (wish.coin ?? coin))
    const [first] = meant
    if (first === undefined) throw new ControlError(`${wish.user} has no such position`)
    const together = meant.filter(({ coin }) => dexOf(coin) === dexOf(first.coin))
    await kernel.intervene((core) => closeByForce(core, account, together, wish.method))
    return account.fills.slice(-together.length)
  },
  'POST /simulator/auto-deleverage': async (simulation, body) => {
    const wish = read(deleveraging, body, '{"user": <address>, "coin": <coin of a position>, "sz"?: <number>}')
    const { kernel } = simulation
    const account = accountOf(simulation, wish.user)
    if (!account.positions.has(wish.coin)) throw new ControlError(`${wish.user} has no position in ${wish.coin}`)
    const sz = wish.sz === undefined ? undefined : new Decimal(wish.sz)
    await kernel.intervene((core) => autoDeleverage(core, account, wish.coin, sz))
    return account.fills.slice(-1)
  },
  'POST /simulator/notify': async (simulation, body) => {
    const { user, text } = read(notification, body, '{"user": <address>, "text": <text>}')
    const account = accountOf(simulation, user)
    await simulation.kernel.intervene((core) => core.emit({ kind: 'notification', account, text }))
    return {}
  },
}

/** Answers the simulator's own routes under `/simulator`. */
export class ControlRoutes {
  readonly #simulation: Simulation

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  async answer(method: string, path: string, text: string): Promise<Reply> {
    const key = `${method} ${path}`
    const handler = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined
    if (handler === undefined) return json({ error: `no such control: ${key}`, controls: Object.keys(ROUTES) }, 404)
    try {
      return json(await handler(this.#simulation, parsed(text)))
    } catch (error) {
      if (error instanceof ControlError) return json({ error: error.message }, 400)
      throw error
    }
  }
}

function clockView({ kernel }: Simulation) {
  return { now: kernel.clock.now(), ...kernel.clock.time }
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown, expected: string): z.output<Schema> {
  const result = schema.safeParse(body)
  if (!result.success) throw new ControlError(`expected ${expected}`)
  return result.data
}

function listed(simulation: Simulation, coin: string): string {
  if (!isListed(simulation, coin)) throw new ControlError(`expected a listed coin, not ${coin}`)
  return coin
}

function isListed({ kernel }: Simulation, coin: string): boolean {
  return kernel.core.market.listing(coin) !== undefined
}

function accountOf({ kernel }: Simulation, user: string) {
  const account = kernel.access.accounts.find(user)
  if (account === undefined) throw new ControlError(`no account ${user}`)
  return account
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
