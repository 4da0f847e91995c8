import type { IncomingMessage } from 'node:http'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** A connection that was idle for longer is not used again: whoever is at its other end may have closed it, ms. */
const IDLE_MS = 4_000
/** Largest answer that is read, bytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024
/** What Node's own sends too; answers come as they are, since nothing here would unpack them. */
const COMMON = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'node' }
/** Statuses whose answers have no body. */
const WITHOUT_BODY = [204, 205, 304]

/**
 * `fetch`, with a short way for what venues are asked and sent most: a text that is posted. Node's own takes about as long to hand it to the socket as it takes to sign
 * it; this hands head and body over at once. Everything else goes to Node's own. Redirects of what is posted are refused, whatever `redirect` says: a
 * signed order belongs to the address that was configured.
 */
export function createFetch(): typeof globalThis.fetch {
  const agents = {
    'http:': { agent: new HttpAgent({ keepAlive: true, timeout: IDLE_MS }), request: httpRequest },
    'https:': { agent: new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }), request: httpsRequest },
  }
  return (input, init) => {
    const { body, method = 'GET', headers, signal } = init ?? {}
    if (typeof input === 'object' && !(input instanceof URL)) return globalThis.fetch(input, init)
    if (method !== 'POST' || typeof body !== 'string') return globalThis.fetch(input, init)
    const url = new URL(input)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return globalThis.fetch(input, init)
    const { agent, request } = agents[url.protocol]
    return new Promise<Response>((resolve, reject) => {
      const sent = request(url, {
        method,
        agent,
        headers: { ...COMMON, ...named(headers), 'content-length': Buffer.byteLength(body) },
        ...(signal == null ? {} : { signal }),
      })
      const fail = (cause: unknown): void => {
        if (signal?.aborted) reject(signal.reason)
        else reject(new TypeError('fetch failed', { cause }))
      }
      sent.on('error', fail)
      sent.on('response', (answer) => void readAnswer(answer).then(resolve, fail))
      sent.end(body)
    })
  }
}

function named(headers: RequestInit['headers']): Record<string, string> {
  const isPlain = headers !== undefined && !(headers instanceof Headers) && !Array.isArray(headers)
  return isPlain ? (headers as Record<string, string>) : Object.fromEntries(new Headers(headers))
}

async function readAnswer(answer: IncomingMessage): Promise<Response> {
  const { statusCode: status = 0, statusMessage = '', rawHeaders } = answer
  if (status >= 300 && status < 400 && status !== 304) {
    answer.destroy()
    throw new Error(`the answer is a redirect (${status}), which is not followed`)
  }
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    answer.destroy()
    throw new Error(`the answer is packed (${encoding}) although it was asked for plain`)
  }
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer) {
    size += (part as Buffer).length
    if (size > LARGEST_ANSWER) throw new Error(`the answer is longer than ${LARGEST_ANSWER} bytes`)
    parts.push(part as Buffer)
  }
  // An answer that was cut off proves nothing about what it would have said.
  if (!answer.complete) throw new Error('the connection ended before the answer did')
  const body = WITHOUT_BODY.includes(status) ? null : new Uint8Array(Buffer.concat(parts))
  return new Response(body, { status, statusText: statusMessage, headers })
}
