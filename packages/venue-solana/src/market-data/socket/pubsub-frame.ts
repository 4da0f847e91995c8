import { z } from 'zod'
import type { ChainAccount } from '../../instruments/account-reader.ts'

/** A message of a node's WebSocket, sorted by what it means. */
export type PubsubFrame =
  /** A subscription was made: its number. For an unsubscription: whether there was one. */
  | { readonly kind: 'answer'; readonly id: number; readonly result: number | boolean }
  | { readonly kind: 'error'; readonly id: number; readonly message: string }
  | { readonly kind: 'slot'; readonly slot: number }
  | {
      readonly kind: 'account'
      readonly subscription: number
      readonly slot: number
      /** `null`: what came cannot be read as an account. */
      readonly account: ChainAccount | null
    }
  /** Not a message that was asked for. */
  | { readonly kind: 'malformed'; readonly why: string }

const count = z.number().int().nonnegative()
const answer = z.object({ id: count, result: z.union([count, z.boolean()]) })
const failure = z.object({ id: count, error: z.object({ message: z.string() }) })
const slotNotice = z.object({ params: z.object({ result: z.object({ slot: count }) }) })
const accountNotice = z.object({
  params: z.object({
    subscription: count,
    result: z.object({ context: z.object({ slot: count }), value: z.unknown() }),
  }),
})
const accountValue = z.object({
  owner: z.string().min(32).max(44),
  data: z.tuple([z.base64().max(20_000), z.literal('base64')]),
})

/** Longer than any notification of a token account, characters. */
const LONGEST = 64_000

/** Sorts one text frame. Never throws. */
export function readPubsubFrame(text: string): PubsubFrame {
  if (text.length > LONGEST) return { kind: 'malformed', why: `${text.length} characters` }
  const message = parse(text)
  if (typeof message !== 'object' || message === null) return { kind: 'malformed', why: 'no JSON object' }
  if ('method' in message) return readNotice(message)
  const answered = answer.safeParse(message)
  if (answered.success) return { kind: 'answer', ...answered.data }
  const failed = failure.safeParse(message)
  if (!failed.success) return { kind: 'malformed', why: 'neither an answer nor a notification' }
  return { kind: 'error', id: failed.data.id, message: failed.data.error.message.slice(0, 200) }
}

function readNotice(message: { readonly method: unknown }): PubsubFrame {
  if (message.method === 'slotNotification') {
    const read = slotNotice.safeParse(message)
    if (read.success) return { kind: 'slot', slot: read.data.params.result.slot }
  } else if (message.method === 'accountNotification') {
    const read = accountNotice.safeParse(message)
    if (read.success) {
      const { subscription, result } = read.data.params
      return { kind: 'account', subscription, slot: result.context.slot, account: readAccount(result.value) }
    }
  }
  return { kind: 'malformed', why: `a notification of ${String(message.method).slice(0, 40)}` }
}

function readAccount(value: unknown): ChainAccount | null {
  const read = accountValue.safeParse(value)
  if (!read.success) return null
  const { owner, data } = read.data
  return { owner, data: Uint8Array.from(Buffer.from(data[0], 'base64')) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
