import type { Clock, Connect } from '@portolan/core'
import type { Request as SimulatedRequest } from './http/reply.ts'
import type { SimulatedWorld } from './world.ts'

/** The address that an in-memory chain answers at: nothing is ever opened there (9 is the port of the discard service). */
export const IN_MEMORY_HOST = 'http://127.0.0.1:9'

/** `fetch` and WebSockets into a simulated world, without sockets: answers come in microtasks, frames by the clock. */
export interface InMemoryTransport {
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>
  readonly connect: Connect
}

export function inMemoryTransport(world: SimulatedWorld, clock: Clock): InMemoryTransport {
  return {
    fetch: async (input, init = {}) => {
      const signal = init.signal ?? undefined
      signal?.throwIfAborted()
      const outcome = await abortable(world.answer(requestOf(input, init)), signal)
      if (outcome === 'broken') throw new TypeError('fetch failed', { cause: new Error('other side closed') })
      return new Response(outcome.body, { status: outcome.status, headers: outcome.headers })
    },
    connect: (url, handlers) => {
      let state: 'opening' | 'open' | 'closed' = 'opening'
      const later = (run: () => void) => {
        clock.after(0, run)
      }
      const end = (code: number, reason: string) => {
        if (state === 'closed') return
        state = 'closed'
        if (session !== undefined) world.sessions.close(session)
        later(() => handlers.onClose(code, reason))
      }
      const node = world.nodeAt(new URL(url).pathname)
      const session =
        node === undefined
          ? undefined
          : world.sessions.open(node, {
              send: (text) => later(() => state === 'open' && handlers.onMessage(text)),
              freeze: () => undefined,
              break: () => end(1006, ''),
            })
      later(() => {
        if (session === undefined) end(1006, '')
        if (state !== 'opening') return
        state = 'open'
        handlers.onOpen()
      })
      return {
        send: (text) => {
          if (state !== 'open') throw new Error('the connection is not open')
          world.catchUp()
          session?.receive(text)
        },
        close: () => end(1000, ''),
        terminate: () => end(1006, ''),
      }
    },
  }
}

function requestOf(input: string | URL, init: RequestInit): SimulatedRequest {
  const headers = new Map<string, string>()
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
  return {
    method: init.method ?? 'GET',
    url: new URL(input),
    headers,
    body: typeof init.body === 'string' ? init.body : '',
    peer: 'memory',
  }
}

async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await promise
  return await new Promise<Value>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
