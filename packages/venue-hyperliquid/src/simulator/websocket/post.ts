import type { Json } from '../exchange/codec.ts'
import { isObject } from '../exchange/codec.ts'
import type { VenueRoutes } from '../rest/http-routes.ts'

/** The answer to a request posted on a socket. */
export type PostResponse =
  | { readonly type: 'info'; readonly payload: { readonly type: unknown; readonly data: unknown } }
  | { readonly type: 'action'; readonly payload: unknown }
  | { readonly type: 'error'; readonly payload: string }

/** Answers a posted query or action. `lost`: nothing is sent. `unparsable`: answered like any frame that is no request. */
export async function answerPost(
  routes: VenueRoutes,
  request: Json,
  peer: string,
): Promise<PostResponse | 'lost' | 'unparsable'> {
  const { type, payload } = request
  if (type !== 'info' && type !== 'action') return 'unparsable'
  const outcome = await routes.answer(type === 'info' ? '/info' : '/exchange', payload, peer)
  if (outcome.kind === 'lost' || outcome.kind === 'mute') return 'lost'
  if (outcome.kind === 'slow') await routes.pause(outcome.ms)
  const { status, body } = outcome.reply
  if (status !== 200) return { type: 'error', payload: `${status} ${body}` }
  let data: unknown
  try {
    data = JSON.parse(body)
  } catch {
    // What a fault has cut or changed travels as text.
    return { type: 'error', payload: body }
  }
  if (type === 'action') return { type, payload: data }
  return { type, payload: { type: isObject(payload) ? payload.type : null, data } }
}
