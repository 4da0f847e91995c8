import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Outcome, Reply } from '../rest/reply.ts'
import { SERVER_FAILURE } from '../rest/reply.ts'
import type { Simulation } from '../simulation.ts'

const BODY_LIMIT = 2 * 1024 * 1024
/** Pieces of a dribbling answer. */
const PIECES = 20

/** Carries one HTTP request to the simulation and its answer back. @throws what went wrong inside, after it was answered with 500. */
export async function handleHttp(
  request: IncomingMessage,
  response: ServerResponse,
  simulation: Simulation,
): Promise<void> {
  try {
    const outcome = await simulation.request({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      contentType: request.headers['content-type'] ?? '',
      body: await bodyOf(request),
      peer: request.socket.remoteAddress ?? '',
    })
    deliver(request, response, outcome)
  } catch (error) {
    if (response.headersSent) response.destroy()
    else send(response, SERVER_FAILURE)
    throw error
  }
}

function deliver(request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'reply':
      send(response, outcome.reply)
      break
    case 'slow':
      dribble(response, outcome.reply, outcome.ms)
      break
    case 'lost':
      // Ending the connection without a byte is what a lost answer looks like from outside.
      request.socket.destroy()
      break
    case 'mute':
      break
  }
}

function send(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply)
  response.end(reply.body)
}

function writeHead(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
}

function dribble(response: ServerResponse, reply: Reply, ms: number): void {
  writeHead(response, reply)
  const body = Buffer.from(reply.body)
  const step = Math.max(1, Math.ceil(body.length / PIECES))
  let at = 0
  const timer = setInterval(() => {
    const piece = body.subarray(at, at + step)
    at += step
    if (at < body.length) response.write(piece)
    else {
      clearInterval(timer)
      response.end(piece)
    }
  }, ms / PIECES)
  response.on('close', () => clearInterval(timer))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_LIMIT) throw new RangeError('body too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
