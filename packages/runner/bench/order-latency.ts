/**
 * From the frame that closes a bar to the signed order on the socket, against the signature alone: `pnpm bench`. The runner is the whole production loop with the
 * Hyperliquid adapter over real sockets; only its store is in memory, and its clock is moved by the frames. A bar and a lone signature take turns, so that
 * whatever else the machine does hits both.
 */
import { once } from 'node:events'
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { signatureAlone } from './order-latency/signature-alone.ts'
import { TradingProcess } from './order-latency/trading-process.ts'
import { COINS, START } from './order-latency/venue-plan.ts'

const WARM_UP = 1_500
const BARS = 1_500
const MINUTE = 60_000

const venue = new Worker(new URL('./order-latency/venue-server.ts', import.meta.url))
const [{ port }] = (await once(venue, 'message')) as [{ port: number }]
await using runner = await TradingProcess.start(port)

/** When the newest signed order was handed to its socket. */
let sentAt = Number.NaN
Socket.prototype.write = new Proxy(Reflect.get(Socket.prototype, 'write'), {
  apply: (write, socket, args) => {
    const taken: unknown = Reflect.apply(write, socket, args)
    if (String(args[0]).includes('"signature":')) sentAt = performance.now()
    return taken
  },
})

const alone = signatureAlone()
const orders: number[] = []
const signatures: number[] = []
for (let bar = 0; bar < WARM_UP + BARS; bar += 1) {
  const coin = COINS[bar % COINS.length] ?? ''
  sentAt = Number.NaN
  const ended = runner.nextOrder(coin)
  venue.postMessage({ coin, time: START + (bar + 1) * MINUTE + (bar % 7) })
  const arrivedAt = await runner.nextFrame(coin)
  const end = await ended
  const took = sentAt - arrivedAt
  if (Number.isNaN(took)) throw new Error(`bar ${bar} of ${coin} led to no order: ${end}`)
  const [before, _signed, after] = [performance.now(), await alone(bar), performance.now()]
  if (bar < WARM_UP) continue
  orders.push(took)
  signatures.push(after - before)
}
await venue.terminate()

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
const ms = (value: number) => `${(value * 1000).toFixed(0)} µs`
console.log(`${BARS} bars, an order each; frame that closes the bar to signed order on the socket`)
for (const [name, share, want] of [
  ['p50', 0.5, 1.5],
  ['p99', 0.99, 4],
] as const) {
  const [order, signature] = [quantile(orders, share), quantile(signatures, 0.5)]
  console.log(
    `${name}     ${ms(order)}, signature alone ${ms(signature)} (its own ${name}: ${ms(quantile(signatures, share))})`,
  )
  console.log(`${name} of the order / the signature alone     ${(order / signature).toFixed(2)} (want <= ${want})`)
}
