import type { Clock, Connect, Connection } from '@portolan/core'
import type { FaultRates } from './fault-rates.ts'
import type { ProcessLife } from './process-life.ts'

export interface FaultyTransportOptions {
  readonly fetch: typeof globalThis.fetch
  readonly connect: Connect
  readonly life: ProcessLife
  readonly clock: Clock
  readonly random: () => number
  readonly rates: () => FaultRates
  /** Looks at every request that reaches the venue. */
  readonly onRequest?: (url: string, body: string) => void
}

/** The network of one process: requests and answers get lost, are late or damaged, sockets drop and fall silent; and the process may die in between. */
export class FaultyTransport {
  readonly #options: FaultyTransportOptions
  readonly #open = new Set<{ readonly connection: Connection; stalled: boolean }>()

  constructor(options: FaultyTransportOptions) {
    this.#options = options
    // A dead process's machine resets its connections.
    options.life.onEnd(() => {
      for (const { connection } of this.#open) connection.terminate()
    })
  }

  /** All sockets end without a word. */
  dropSockets(): void {
    for (const { connection } of Array.from(this.#open)) connection.terminate()
  }

  /** Open sockets deliver nothing more but pongs. */
  stallSockets(): void {
    for (const socket of this.#open) socket.stalled = true
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { life, clock, random, rates, onRequest } = this.#options
    await life.proceed()
    const rate = rates()
    if (random() < rate.crash) life.end()
    await life.proceed()
    if (random() < rate.requestLost) throw lost('ECONNRESET')
    onRequest?.(addressOf(input), typeof init?.body === 'string' ? init.body : '')
    const accepted = random() < 0.5
    if (random() < rate.serverError && !accepted) return new Response('<html>502</html>', { status: 502 })
    if (random() < rate.rateLimited) return new Response('rate limited', { status: 429 })
    const response = await this.#options.fetch(input, init)
    if (random() < rate.crash) life.end()
    await life.proceed()
    if (random() < rate.answerLate) {
      await clock.sleep(random() * rate.answerLateMs)
      init?.signal?.throwIfAborted()
    }
    if (random() < rate.answerLost) throw lost('UND_ERR_SOCKET')
    if (random() < rate.serverError && accepted) return new Response('oops', { status: 500 })
    if (random() < rate.brokenJson) return damaged(await response.text(), response.status, random())
    return response
  }

  readonly connect: Connect = (url, handlers) => {
    const { life, random, rates } = this.#options
    const state = { stalled: false } as { connection: Connection; stalled: boolean }
    const deliver = (text: string): void => {
      if (!life.alive) return
      if (state.stalled && !text.includes('"pong"')) return
      const rate = rates()
      if (random() < rate.frameLost) return
      if (random() < rate.crash / 10) life.end()
      if (!life.alive) return
      handlers.onMessage(random() < rate.frameBroken ? text.slice(0, Math.floor(random() * text.length)) : text)
      if (random() < rate.frameTwice) handlers.onMessage(text)
    }
    state.connection = this.#options.connect(url, {
      onOpen: () => {
        if (life.alive) handlers.onOpen()
      },
      onMessage: deliver,
      onClose: (code, reason) => {
        this.#open.delete(state)
        if (life.alive) handlers.onClose(code, reason)
      },
    })
    this.#open.add(state)
    return {
      send: (text) => {
        if (life.alive) state.connection.send(text)
      },
      close: () => state.connection.close(),
      terminate: () => state.connection.terminate(),
    }
  }
}

/** Where a request goes. */
export function addressOf(input: Parameters<typeof globalThis.fetch>[0]): string {
  return input instanceof Request ? input.url : input.toString()
}

function lost(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('the connection was lost'), { code }) })
}

function damaged(text: string, status: number, random: number): Response {
  const body = random < 0.5 ? text.slice(0, Math.floor(text.length * random)) : text.replace(/[{[]/, '\u0000')
  return new Response(body, { status, headers: { 'content-type': 'application/json' } })
}
