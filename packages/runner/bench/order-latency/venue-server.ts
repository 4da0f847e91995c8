/**
 * The venue of the bench, in a thread of its own: speaks as much of Hyperliquid's protocol as the adapter asks for. Each message from the bench becomes a
 * frame with one trade; each order is filled whole.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { COINS, START } from './venue-plan.ts'

interface Trade {
  readonly coin: string
  readonly time: number
}

interface WireOrder {
  readonly a: number
  readonly b: boolean
  readonly s: string
  readonly c: string
}

const MINUTE = 60_000
/** Those that asked for trades. */
const sockets = new Set<WebSocket>()
const fills: { readonly time: number }[] = []
const held = new Map<string, number>()
let now = START
let ids = 100_000_000_000_000

const server = createServer((request, response) => void serve(request, response))

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, unknown>
  const answer = request.url === '/exchange' ? execute(body) : info(body)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}

new WebSocketServer({ server, path: '/ws', perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('close', () => sockets.delete(socket))
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as {
      readonly method: string
      readonly subscription?: { readonly type: string; readonly user?: string }
    }
    if (message.method === 'ping') return socket.send('{"channel":"pong"}')
    socket.send(JSON.stringify({ channel: 'subscriptionResponse', data: message }))
    const { type, user } = message.subscription ?? { type: '' }
    if (type === 'trades') sockets.add(socket)
    if (type === 'userFills') {
      socket.send(JSON.stringify({ channel: type, data: { isSnapshot: true, user, fills: [] } }))
    }
  })
})
server.listen(0, '127.0.0.1', () => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }))

parentPort?.on('message', ({ coin, time }: Trade) => {
  now = time
  ids += 1
  const trade = { coin, side: 'B', px: priceAt(time), sz: '1.5', time, hash: '0x'.padEnd(66, '0'), tid: ids }
  const users = ['0x'.padEnd(42, '1'), '0x'.padEnd(42, '2')]
  const frame = JSON.stringify({ channel: 'trades', data: [{ ...trade, users }] })
  for (const socket of sockets) socket.send(frame)
})

/** A wave, so that no bar is flat. */
function priceAt(time: number): string {
  return (100 + 5 * Math.sin(time / MINUTE / 50)).toFixed(3)
}

function execute(body: Record<string, unknown>): unknown {
  const { orders } = body['action'] as { readonly orders: readonly WireOrder[] }
  const statuses = orders.map((order) => {
    const coin = COINS[order.a] ?? ''
    ids += 1
    const { c: cloid, s: sz } = order
    const px = priceAt(now)
    const side = order.b ? 'B' : 'A'
    const of = { coin, px, sz, side, time: now, dir: order.b ? 'Open Long' : 'Close Long', oid: ids, tid: ids, cloid }
    fills.push({ ...of, startPosition: String(held.get(coin) ?? 0), fee: '0.01' } as { readonly time: number })
    held.set(coin, (held.get(coin) ?? 0) + (order.b ? 1 : -1) * Number(sz))
    return { filled: { totalSz: sz, avgPx: px, oid: ids, cloid } }
  })
  return { status: 'ok', response: { type: 'order', data: { statuses } } }
}

function info(body: Record<string, unknown>): unknown {
  switch (body['type']) {
    case 'meta':
      return { universe: COINS.map((name) => ({ name, szDecimals: 3, maxLeverage: 10 })), collateralToken: 0 }
    case 'userRole':
      return { role: 'missing' }
    case 'clearinghouseState':
      return {
        marginSummary: { accountValue: '1000000' },
        withdrawable: '1000000',
        assetPositions: positions(),
        time: now - MINUTE,
      }
    case 'userRateLimit':
      return { nRequestsUsed: 0, nRequestsCap: 1_000_000 }
    case 'userAbstraction':
      return 'disabled'
    case 'userFillsByTime':
      return fills.filter(({ time }) => time >= Number(body['startTime'])).slice(-2_000)
    case 'candleSnapshot':
      return candles(body['req'] as { readonly coin: string; readonly startTime: number; readonly endTime: number })
    default:
      return []
  }
}

function positions(): unknown {
  return [...held].flatMap(([coin, size]) =>
    Math.abs(size) < 1e-9 ? [] : [{ position: { coin, szi: size.toFixed(3), entryPx: '100' } }],
  )
}

function candles(of: { readonly coin: string; readonly startTime: number; readonly endTime: number }): unknown {
  const bars: unknown[] = []
  for (let t = Math.ceil(of.startTime / MINUTE) * MINUTE; t <= Math.min(of.endTime, now); t += MINUTE) {
    const [o, c] = [priceAt(t), priceAt(t + MINUTE)]
    const [h, l] = Number(o) > Number(c) ? [o, c] : [c, o]
    bars.push({ t, T: t + MINUTE - 1, s: of.coin, i: '1m', o, h, l, c, v: '10', n: 5 })
  }
  return bars
}
