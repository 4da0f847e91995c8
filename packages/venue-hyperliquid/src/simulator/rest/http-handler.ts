import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ControlRoutes } from '../control/control-routes.ts'
import type { VenuePath, VenueRoutes } from './http-routes.ts'
import type { Reply } from './reply.ts'
import { plain, SERVER_FAILURE, send } from './reply.ts'

const BODY_LIMIT = 2 * 1024 * 1024

/**
 * Answers one HTTP request: the venue's two paths, and the simulator's own under `/simulator`.
 * @throws what went wrong inside, after it was answered with 500.
 */
export async function handleHttp(
  request: IncomingMessage,
  response: ServerResponse,
  venue: VenueRoutes,
  control: ControlRoutes,
): Promise<void> {
  try {
    const path = new URL(request.url ?? '/', 'http://simulator').pathname.replace(/(?<=.)\/$/, '')
    if (path === '/info' || path === '/exchange') await venueRequest(request, response, venue, path)
    else if (path.startsWith('/simulator/')) {
      send(response, await control.answer(request.method ?? 'GET', path, await bodyOf(request)))
    } else send(response, plain(404, ''))
  } catch (error) {
    if (response.headersSent) response.destroy()
    else send(response, SERVER_FAILURE)
    throw error
  }
}

async function venueRequest(
  request: IncomingMessage,
  response: ServerResponse,
  venue: VenueRoutes,
  path: VenuePath,
): Promise<void> {
  const body = await bodyOf(request)
  const refused = refusal(request, body)
  if (refused !== undefined) {
    send(response, refused)
    return
  }
  const outcome = await venue.answer(path, JSON.parse(body), request.socket.remoteAddress ?? '')
  // Ending the connection without a byte is what a lost answer looks like from outside.
  if (outcome.kind === 'lost') request.socket.destroy()
  else send(response, outcome.reply, outcome.kind === 'half')
}

/** Statuses and texts of the venue's web framework (axum). */
function refusal(request: IncomingMessage, body: string): Reply | undefined {
  if (request.method !== 'POST') return plain(405, '', { allow: 'POST' })
  const contentType = request.headers['content-type']?.split(';')[0]?.trim() ?? ''
  if (!/^application\/(.+\+)?json$/i.test(contentType)) {
    return plain(415, 'Expected request with `Content-Type: application/json`')
  }
  try {
    JSON.parse(body)
    return undefined
  } catch {
    return plain(400, 'Failed to parse the request body as JSON')
  }
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
