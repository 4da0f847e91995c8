import { z } from 'zod'
import { DEFAULT_URLS, isLoopbackUrl, USDC_MINT } from './endpoints.ts'
import { executionOptions } from './execution/execution-options.ts'
import { jupiterOptions } from './jupiter/jupiter-options.ts'
import { liquidityOptions, riskOptions } from './options/gate-options.ts'
import { instrumentOptions, MINT } from './options/instrument-options.ts'
import { sizingOptions } from './options/sizing-options.ts'
import { scaleTiming, timingOptions } from './options/timing-options.ts'
import type { RpcOptions } from './rpc/rpc-options.ts'
import { rpcOptions } from './rpc/rpc-options.ts'

const HTTP = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const COUNT = z.number().int().positive()

const GECKO = z.strictObject({
  /** Base of a GeckoTerminal API. */
  url: HTTP.default(DEFAULT_URLS.gecko),
  /** Requests within any 60 s, over all entries with this address. Default: the public limit. */
  requestsPerMinute: COUNT.default(30),
  /** How many days of bars are kept there. Older ones are not asked for. */
  keptDays: COUNT.default(180),
})

/** What is opened at WebSocket endpoints. */
const SOCKETS = z.strictObject({
  /** New sockets per minute and endpoint. */
  connectionsPerMinute: COUNT.default(30),
  /** Messages sent per minute and endpoint. */
  messagesPerMinute: COUNT.default(600),
  /** Accounts that are watched at most: two an instrument. Those beyond live on polled prices. */
  subscriptions: COUNT.default(200),
})

/** Schema of a config entry's `options` for Solana. Everything has a default but the instruments: an empty object trades nothing on mainnet. */
export const solanaOptions = z
  .strictObject({
    /** There is no devnet: Jupiter routes on mainnet alone. `simulator` refuses every address that is not this machine's. */
    network: z.enum(['mainnet', 'simulator']).default('mainnet'),
    /** Nodes in order of preference. Default: the foundation's public one. */
    rpc: rpcOptions.prefault([{ url: DEFAULT_URLS.rpc }]),
    jupiter: jupiterOptions.prefault({}),
    execution: executionOptions.prefault({}),
    gecko: GECKO.prefault({}),
    /** What swaps are paid with and priced in. Read as USD by the portfolio manager. Default: USDC. */
    quoteMint: MINT.default(USDC_MINT),
    /** Name of the quote asset in instruments and balances. */
    quoteAsset: z.string().min(1).default('USDC'),
    /** The tokens to know. A chain has millions: only these are instruments at the start. */
    instruments: z.array(instrumentOptions).max(500).default([]),
    sizing: sizingOptions.prefault({}),
    risk: riskOptions.prefault({}),
    liquidity: liquidityOptions.prefault({}),
    sockets: SOCKETS.prefault({}),
    timing: timingOptions.prefault({}),
    /**
     * How many times faster than the wall clock `context.clock` runs. Networks do not speed up with a simulated clock, so whatever
     * waits for one is stretched by it. Only for the simulator.
     */
    timeScale: z.number().positive().max(100_000).default(1),
  })
  .superRefine((options, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    const simulated = options.network === 'simulator'
    for (const [path, address] of addressesOf(options)) {
      if (simulated && !isLoopbackUrl(address)) {
        issue(path, 'network "simulator" only connects to this machine (127.0.0.0/8, ::1, localhost)')
      }
    }
    if (!simulated && options.timeScale !== 1) issue(['timeScale'], `real time cannot be scaled on ${options.network}`)
    const seen = new Set<string>([options.quoteMint])
    for (const [index, { mint }] of options.instruments.entries()) {
      if (seen.has(mint)) issue(['instruments', index, 'mint'], 'named twice, or the quote asset itself')
      seen.add(mint)
    }
  })
  .transform(({ timing, rpc, ...options }) => ({
    ...options,
    rpc: rpc.map((endpoint) => ({ ...endpoint, wsUrl: endpoint.wsUrl ?? endpoint.url.replace(/^http/, 'ws') })),
    timing: scaleTiming(timing, options.timeScale),
  }))

/** {@link solanaOptions} as the adapter gets them: defaults filled in, addresses without a trailing slash, durations scaled. */
export type SolanaOptions = z.output<typeof solanaOptions>

type Addressed = Pick<SolanaOptions, 'jupiter' | 'gecko'> & { readonly rpc: RpcOptions }

function* addressesOf({ rpc, jupiter, gecko }: Addressed): Generator<[(string | number)[], string]> {
  for (const [index, { url, wsUrl }] of rpc.entries()) {
    yield [['rpc', index, 'url'], url]
    if (wsUrl !== undefined) yield [['rpc', index, 'wsUrl'], wsUrl]
  }
  yield [['jupiter', 'url'], jupiter.url]
  yield [['gecko', 'url'], gecko.url]
}
