import type { ControlRoutes } from '../control/control-routes.ts'
import type { VenueRoutes } from './http-routes.ts'
import type { Outcome, Reply } from './reply.ts'
import { plain } from './reply.ts'

/** A request as HTTP carries it. */
export interface HttpAsk {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly contentType: string
  readonly body: string
  /** Whom limits are counted for: an IP address. */
  readonly peer: string
}

/** Answers a request: the venue's two paths, and the simulator's own under `/simulator`. Knows no sockets. */
export async function answerHttp(ask: HttpAsk, venue: VenueRoutes, control: ControlRoutes): Promise<Outcome> {
  const path = new URL(ask.url, 'http://simulator').pathname.replace(/(?<=.)\/$/, '')
  if (path === '/info' || path === '/exchange') {
    const refused = refusal(ask)
    return refused === undefined
      ? await venue.answer(path, JSON.parse(ask.body), ask.peer)
      : { kind: 'reply', reply: refused }
  }
  const isControl = path === '/simulator' || path.startsWith('/simulator/')
  return { kind: 'reply', reply: isControl ? await control.answer(ask.method, path, ask.body) : plain(404, '') }
}

/** Statuses and texts of the venue's web framework (axum). */
function refusal(ask: HttpAsk): Reply | undefined {
  if (ask.method !== 'POST') return plain(405, '', { allow: 'POST' })
  const contentType = ask.contentType.split(';')[0]?.trim() ?? ''
  if (!/^application\/(.+\+)?json$/i.test(contentType)) {
    return plain(415, 'Expected request with `Content-Type: application/json`')
  }
  try {
    JSON.parse(ask.body)
    return undefined
  } catch {
    return plain(400, 'Failed to parse the request body as JSON')
  }
}
