import { z } from 'zod'

/** What a subscription is about, as it goes over the wire. */
export interface WireSubscription {
  readonly type: string
  readonly coin?: string
  readonly user?: string
  /** A builder's exchange. */
  readonly dex?: string
}

/** A message of the venue, sorted by what it means for the connection. */
export type Frame =
  | { readonly kind: 'pong' }
  | { readonly kind: 'ack'; readonly method: 'subscribe' | 'unsubscribe'; readonly subscription: WireSubscription }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'data'; readonly channel: string; readonly data: unknown }
  /** Not a message of the protocol. */
  | { readonly kind: 'malformed'; readonly text: string }

// The venue echoes a subscription with its defaults filled in, which may be `null` or an empty text.
const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === '' ? undefined : text))
const subscription = z.object({ type: z.string(), coin: optionalText, user: optionalText, dex: optionalText })
const ack = z.object({ method: z.enum(['subscribe', 'unsubscribe']), subscription })
const GREETING = 'Websocket connection established.'

/** Sorts one text frame. Never throws. */
export function readFrame(text: string): Frame {
  // Some clients guard against this one line that is not JSON.
  if (text === GREETING) return { kind: 'pong' }
  const malformed: Frame = { kind: 'malformed', text: text.slice(0, 200) }
  const message = parse(text)
  if (typeof message !== 'object' || message === null || !('channel' in message)) return malformed
  const data = 'data' in message ? message.data : undefined
  switch (message.channel) {
    case 'pong':
      return { kind: 'pong' }
    case 'subscriptionResponse': {
      const read = ack.safeParse(data)
      return read.success ? { kind: 'ack', ...wire(read.data) } : malformed
    }
    case 'error':
      return typeof data === 'string' ? { kind: 'error', message: data } : malformed
    default:
      return typeof message.channel === 'string' ? { kind: 'data', channel: message.channel, data } : malformed
  }
}

/**
 * Identity of a subscription on a socket. The venue echoes subscriptions with its defaults filled in, so that only what tells ours apart
 * is compared.
 */
export function subscriptionKey({ type, coin, user, dex }: WireSubscription): string {
  return `${type}:${coin ?? user?.toLowerCase() ?? dex ?? ''}`
}

/** The subscription that an error names (`Already subscribed: {...}`), and what it says of it. */
export function namedInError(
  message: string,
): { readonly method: 'subscribe' | 'unsubscribe'; readonly key: string } | null {
  const match = /^Already (un)?subscribed: (\{.*\})$/s.exec(message)
  if (match?.[2] === undefined) return null
  const read = subscription.safeParse(parse(match[2]))
  if (!read.success) return null
  return { method: match[1] === undefined ? 'subscribe' : 'unsubscribe', key: subscriptionKey(wireOf(read.data)) }
}

function wire(read: z.output<typeof ack>) {
  return { method: read.method, subscription: wireOf(read.subscription) }
}

function wireOf({ type, coin, user, dex }: z.output<typeof subscription>): WireSubscription {
  return {
    type,
    ...(coin === undefined ? {} : { coin }),
    ...(user === undefined ? {} : { user }),
    ...(dex === undefined ? {} : { dex }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
