import { z } from 'zod'
import { DEFAULT_URLS, isLoopbackUrl, USDC_MINT } from './endpoints.ts'
import { liquidityOptions, riskOptions } from './options/gate-options.ts'
import { instrumentOptions, MINT } from './options/instrument-options.ts'
import { swapOptions } from './options/swap-options.ts'
import { scaleTiming, timingOptions } from './options/timing-options.ts'
import { Secret } from './secret.ts'

const HTTP = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const WS = z.url({ protocol: /^wss?$/ })
const COUNT = z.number().int().positive()

/** How much a host may be asked. */
const BUDGET = z
  .strictObject({
    /** Requests that are allowed within any window. Default: what the public RPC allows of one method (40 in 10 s). */
    requests: COUNT.default(40),
    /** Length of the sliding window, ms. */
    windowMs: COUNT.default(10_000),
    /** Of these, requests that only exits may use. */
    exitReserve: z.number().int().nonnegative().default(10),
  })
  .refine(({ requests, exitReserve }) => exitReserve < requests, {
    path: ['exitReserve'],
    message: 'must be less than requests: nothing would be left for anything but exits',
  })

/** A Solana node. */
const ENDPOINT = z.strictObject({
  /** JSON-RPC over HTTP. A key in the path or the query is never logged. */
  http: HTTP,
  /** WebSocket. Default: `http` with `ws`. `null`: this one has none. */
  ws: WS.nullable().optional(),
  budget: BUDGET.prefault({}),
})

const JUPITER = z.strictObject({
  /** Base of the API. Default: `https://api.jup.ag`. */
  url: HTTP.default(DEFAULT_URLS.jupiter),
  /** Sent as `x-api-key`. Without one the keyless tier applies. Never logged. */
  apiKey: z
    .string()
    .min(1)
    .transform((text) => new Secret(text))
    .optional(),
  /** `build`: instructions that we sign and broadcast ourselves, so that the signature is known first. `order`: Jupiter broadcasts (`/order`, `/execute`). */
  mode: z.enum(['build', 'order']).default('build'),
  /** Default: the keyless tier, 0.5 requests a second over 60 s. */
  budget: BUDGET.prefault({ requests: 30, windowMs: 60_000, exitReserve: 6 }),
})

const GECKO = z.strictObject({
  /** Base of a GeckoTerminal API. */
  url: HTTP.default(DEFAULT_URLS.gecko),
  /** Default: 30 requests a minute, the public limit. */
  budget: BUDGET.prefault({ requests: 30, windowMs: 60_000, exitReserve: 0 }),
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
    rpc: z
      .array(ENDPOINT)
      .min(1)
      .prefault([{ http: DEFAULT_URLS.rpc }]),
    jupiter: JUPITER.prefault({}),
    gecko: GECKO.prefault({}),
    /** What swaps are paid with and priced in. Read as USD by the portfolio manager. Default: USDC. */
    quoteMint: MINT.default(USDC_MINT),
    /** Name of the quote asset in instruments and balances. */
    quoteAsset: z.string().min(1).default('USDC'),
    /** The tokens to know. A chain has millions: only these are instruments at the start. */
    instruments: z.array(instrumentOptions).max(500).default([]),
    swap: swapOptions.prefault({}),
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
    rpc: rpc.map(({ ws, ...endpoint }) => ({
      ...endpoint,
      ws: ws === undefined ? endpoint.http.replace(/^http/, 'ws') : ws,
    })),
    timing: scaleTiming(timing, options.timeScale),
  }))

/** {@link solanaOptions} as the adapter gets them: defaults filled in, addresses without a trailing slash, durations scaled. */
export type SolanaOptions = z.output<typeof solanaOptions>

/** A node of the options. */
export type RpcEndpoint = SolanaOptions['rpc'][number]

type Addressed = Pick<SolanaOptions, 'jupiter' | 'gecko'> & {
  readonly rpc: readonly { readonly http: string; readonly ws?: string | null | undefined }[]
}

function* addressesOf({ rpc, jupiter, gecko }: Addressed): Generator<[(string | number)[], string]> {
  for (const [index, { http, ws }] of rpc.entries()) {
    yield [['rpc', index, 'http'], http]
    if (ws !== undefined && ws !== null) yield [['rpc', index, 'ws'], ws]
  }
  yield [['jupiter', 'url'], jupiter.url]
  yield [['gecko', 'url'], gecko.url]
}
