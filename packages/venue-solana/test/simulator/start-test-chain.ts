import type { Simulator, SimulatorOptionsInput } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'

/** JSON whose shape is what the tests are about: they read what they expect and fail when it is not there. */
export type Loose = ReturnType<typeof JSON.parse>

/** A moment at which tests begin: with a seed it makes everything that a test sees repeatable. */
export const TEST_NOW = 1_795_366_830_000

export interface TestChain extends AsyncDisposable {
  readonly simulator: Simulator
  readonly url: string
  readonly wsUrl: string
  readonly usdcMint: string
  /** A tradable mint by its symbol: ATLAS, BRISA, CARAVEL, DUCAT, ENSIGN, FRIGATE, GROTTO, HELM or SOL. */
  mint(symbol: string): { mint: string; decimals: number; pool: string; vaults: [string, string]; tokenProgram: string }
  /** Result of a JSON-RPC call. @throws with the error of the answer as its cause. */
  rpc(method: string, ...params: unknown[]): Promise<Loose>
  /** The whole answer of a JSON-RPC call. */
  call(method: string, params?: unknown[], path?: string): Promise<Loose>
  get(path: string): Promise<Loose>
  post(path: string, body: unknown): Promise<Loose>
  /** A control route, e.g. `control('POST', 'faults', { kind: 'lost-reply' })`. */
  control(method: 'GET' | 'POST' | 'DELETE', route: string, body?: unknown): Promise<Loose>
  /** Whole units of SOL and USDC, there at once. */
  airdrop(address: string, sol: number, usdc: number): Promise<void>
  /** Lets so many slots pass. */
  slots(count: number): Promise<void>
}

export interface TestChainOptions {
  readonly options?: SimulatorOptionsInput
  /** Default: 0, time stands until it is advanced. */
  readonly speed?: number
  readonly stateFile?: string
  readonly port?: number
  readonly now?: number
}

/** A simulator on a free port without rate limits, for tests. */
export async function startTestChain(request: TestChainOptions = {}): Promise<TestChain> {
  const simulator = await startSimulator({
    options: { limits: 'off', ...request.options },
    time: { speed: request.speed ?? 0, anchorWallMs: Date.now(), anchorMs: request.now ?? TEST_NOW },
    stateFile: request.stateFile ?? null,
    ...(request.port === undefined ? {} : { port: request.port }),
    onError: (error) => {
      process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error))
    },
  })
  const { url, world } = simulator
  const send = async (path: string, init: RequestInit): Promise<Loose> => await (await fetch(url + path, init)).json()
  const post = (path: string, body: unknown) =>
    send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const call = (method: string, params: unknown[] = [], path = '/') =>
    post(path, { jsonrpc: '2.0', id: 1, method, params })
  return {
    simulator,
    url,
    wsUrl: url.replace(/^http/, 'ws'),
    usdcMint: world.chain.usdcMint,
    mint: (symbol) => {
      const mints = simulator.announcement.mints as Loose
      const found = mints.find((entry: Loose) => entry.symbol === symbol)
      if (found === undefined) throw new Error(`no mint ${symbol}`)
      return found
    },
    rpc: async (method, ...params) => {
      const answer = await call(method, params)
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`, { cause: answer.error })
      return answer.result
    },
    call,
    get: (path) => send(path, {}),
    post,
    control: (method, route, body) =>
      send(`/simulator/${route}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    airdrop: async (address, sol, usdc) => {
      await post('/simulator/airdrop', { address, sol, usdc })
    },
    slots: (count) => simulator.advance(count * world.chain.slots.slotMs),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}
