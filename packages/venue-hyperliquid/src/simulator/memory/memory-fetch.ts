import type { Outcome, Reply } from '../rest/reply.ts'
import type { Simulation } from '../simulation.ts'
import type { MemoryNetwork } from './memory-network.ts'

/** A response whose body is there already: reading it takes no more than a microtask. */
class MemoryResponse extends Response {
  override readonly text: () => Promise<string>
  override readonly json: () => Promise<unknown>

  constructor(reply: Reply) {
    super(null, { status: reply.status, headers: { 'content-type': reply.contentType, ...reply.headers } })
    this.text = () => Promise.resolve(reply.body)
    this.json = async () => JSON.parse(reply.body)
  }
}

/** `fetch` of a simulation in memory; fails as the real one does when the connection is refused or lost. */
export function memoryFetch(simulation: Simulation, network: MemoryNetwork, peer: string): typeof globalThis.fetch {
  return (input, init = {}) => {
    const { signal } = init
    return new Promise<Response>((resolve, reject) => {
      const abort = () => reject(signal?.reason as Error)
      if (signal?.aborted) {
        abort()
        return
      }
      signal?.addEventListener('abort', abort, { once: true })
      const deliver = (outcome: Outcome) => {
        if (outcome.kind === 'mute') return
        signal?.removeEventListener('abort', abort)
        if (outcome.kind === 'lost') reject(failed('UND_ERR_SOCKET', 'other side closed'))
        else resolve(new MemoryResponse(outcome.reply))
      }
      carry().then(deliver, reject)
    })

    async function carry(): Promise<Outcome> {
      await passage(network)
      if (network.isDown) throw failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1')
      const outcome = await simulation.request({
        method: init.method ?? 'GET',
        url: typeof input === 'string' ? input : input instanceof URL ? input.href : input.url,
        contentType: new Headers(init.headers).get('content-type') ?? '',
        body: typeof init.body === 'string' ? init.body : '',
        peer,
      })
      if (outcome.kind === 'slow') await network.clock.sleep(outcome.ms)
      await passage(network)
      return outcome
    }
  }
}

async function passage(network: MemoryNetwork): Promise<void> {
  const ms = network.latency()
  if (ms > 0) await network.clock.sleep(ms)
}

function failed(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}
