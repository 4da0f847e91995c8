/**
 * The venue of the bench, in a thread of its own: answers metadata and subscriptions, and on `go` writes all frames to the newest connection, framed
 * beforehand, so that the client alone is what takes time.
 */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocketServer } from 'ws'
import type { FramePlan } from './frames.ts'
import { END_FRAME, tradeFrames } from './frames.ts'

const plan = workerData as FramePlan
const bytes = Buffer.concat([...tradeFrames(plan), END_FRAME].map(framed))
const universe = plan.coins.map((name) => ({ name, szDecimals: 3, maxLeverage: 10 }))
let newest: Socket | null = null

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ universe, collateralToken: 0 }))
})
new WebSocketServer({ server, path: '/ws', perMessageDeflate: false }).on('connection', (socket, request) => {
  newest = request.socket
  socket.on('message', (data) => {
    const message: unknown = JSON.parse((data as Buffer).toString('utf8'))
    socket.send(JSON.stringify({ channel: 'subscriptionResponse', data: message }))
  })
})
server.listen(0, '127.0.0.1', () => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }))
parentPort?.on('message', () => newest?.write(bytes))

/** An unmasked text frame of RFC 6455. */
function framed(text: string): Buffer {
  const payload = Buffer.from(text)
  const head = payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, 0, 0])
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
