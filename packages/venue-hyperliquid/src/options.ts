import { z } from 'zod'
import { DEFAULT_URLS, isLoopbackUrl } from './adapter/endpoints.ts'

const ADDRESS = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
  .transform((text) => text.toLowerCase() as `0x${string}`)

const POSITIVE_MS = z.number().int().positive()

/** What the venue allows. Source of the defaults: the venue's page on rate limits (per IP, over all its sockets). */
const LIMITS = z
  .strictObject({
    /** Weight of REST requests per minute. */
    weightPerMinute: z.number().int().positive().default(1200),
    /** Weight kept back for exits. */
    exitWeightReserve: z.number().int().nonnegative().default(200),
    /** Of the requests that the account's traded volume allows for its whole life, as many are kept for exits. */
    addressReserve: z.number().int().nonnegative().default(200),
    /** Messages sent over all sockets per minute. */
    messagesPerMinute: z.number().int().positive().default(2000),
    /** Subscriptions that exist at once, over all sockets. What is wanted beyond it is polled. */
    subscriptions: z.number().int().positive().default(1000),
    /** Subscriptions that one socket carries; for more of them another socket is opened, while `connections` allows. */
    subscriptionsPerConnection: z.number().int().min(2).default(1000),
    /** Sockets that are open at once. */
    connections: z.number().int().positive().default(10),
    /** New sockets per minute. */
    connectionsPerMinute: z.number().int().positive().default(30),
    /** Weight per minute that polling candles may use at most; 21 a reading. */
    pollWeightPerMinute: z.number().int().min(21).default(400),
    /** What market data leave to the account's own stream and to exits; never more than a quarter of the limit. */
    exitMessageReserve: z.number().int().nonnegative().default(200),
    exitSubscriptionReserve: z.number().int().nonnegative().default(10),
    exitConnectionReserve: z.number().int().nonnegative().default(4),
  })
  .refine((limits) => limits.exitWeightReserve < limits.weightPerMinute, {
    path: ['exitWeightReserve'],
    message: 'must be less than weightPerMinute: nothing would be left for anything but exits',
  })

/** All in ms of `context.clock`, each multiplied by `timeScale`. */
const TIMING = z.strictObject({
  /** A REST request that has no answer by then has failed; an order sent by it is *unknown*. */
  requestMs: POSITIVE_MS.default(10_000),
  /** An order not accepted this long after it was signed is refused by the venue (`expiresAfter`). */
  orderTtlMs: POSITIVE_MS.default(15_000),
  /** How far past its expiry the venue's own time must be before an order that it does not know counts as expired. */
  expiryMarginMs: POSITIVE_MS.default(3_000),
  /** The socket is pinged when nothing was received for so long. The venue drops a socket that is silent for 60 s. */
  pingMs: POSITIVE_MS.default(30_000),
  pongMs: POSITIVE_MS.default(10_000),
  /** A socket that answers pings but delivers no data for so long is given up. Mids, sent every 5 s or so, keep it fresh. */
  staleMs: POSITIVE_MS.default(30_000),
  /** A subscription that is not acknowledged by then is taken for a fault of the connection. */
  ackMs: POSITIVE_MS.default(10_000),
  /** A connection that ends so soon after a subscription may have ended because of it. The venue takes up to 0.8 s. */
  suspicionMs: POSITIVE_MS.default(1_500),
  /** A stream is asked about when it is silent for longer than it is used to, but not before this... */
  silenceMinMs: POSITIVE_MS.default(15_000),
  /** ...and not later than this, while its price moves. */
  silenceMaxMs: POSITIVE_MS.default(600_000),
  reconnectMinMs: POSITIVE_MS.default(500),
  reconnectMaxMs: POSITIVE_MS.default(30_000),
  /** How often instruments are read again. */
  instrumentsMs: POSITIVE_MS.default(300_000),
})

/** Schema of a config entry's `options` for Hyperliquid. Everything has a default: an empty object trades on the testnet. */
export const hyperliquidOptions = z
  .strictObject({
    /** Selects the signing source and the default addresses; deliberately not derived from `url`. */
    network: z.enum(['mainnet', 'testnet', 'simulator']).default('testnet'),
    /** REST base, e.g. of a proxy. With `simulator`: where it listens. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** WebSocket address. Default: `url` with `/ws`. */
    wsUrl: z.url({ protocol: /^wss?$/ }).optional(),
    /**
     * The account that is traded and read: a master or sub-account, never an agent. Default: the vault when one is named, else the
     * account behind the entry's key (its own, or its master's when the key is an approved agent).
     */
    account: ADDRESS.optional(),
    /**
     * Builder-deployed perp dexes (HIP-3) that are traded beside the venue's own exchange, by name, e.g. `['xyz']`; `all` for every one that is listed.
     * Their instruments are called `dex:COIN`. Case matters.
     */
    dexes: z
      .union([z.literal('all'), z.array(z.string().regex(/^[^\s:]+$/, 'expected the name of a dex, e.g. "xyz"'))])
      .default([]),
    /**
     * Accept the key of an account itself, which can withdraw everything, in place of an agent's (API wallet's). Default: only for the simulator.
     */
    allowMasterKey: z.boolean().optional(),
    /** Vault or sub-account on whose behalf actions are signed (`vaultAddress`). */
    vault: ADDRESS.optional(),
    /** `auto` asks the venue whether collateral is kept in the spot balance (unified account, portfolio margin). */
    accountMode: z.enum(['auto', 'standard', 'unified']).default('auto'),
    /**
     * Set on an instrument before its first opening order, or the most that the instrument allows. Default: left as it is at the venue.
     */
    leverage: z.number().int().min(1).max(100).optional(),
    /** Opens nothing with more leverage than this: what is set higher at the venue is lowered before the first opening order. */
    maxLeverage: z.number().int().min(1).max(100).optional(),
    /**
     * Set on an instrument before its first opening order. Default: `cross` where `leverage` is set, else left as it is at the venue. An instrument that
     * allows isolated margin only is isolated whatever is said here.
     */
    marginMode: z.enum(['cross', 'isolated']).optional(),
    limits: LIMITS.prefault({}),
    timing: TIMING.prefault({}),
    /**
     * How many times faster than the wall clock `context.clock` runs. Networks do not speed up with a simulated clock, so whatever
     * waits for one is stretched by it. Only for the simulator.
     */
    timeScale: z.number().positive().max(100_000).default(1),
  })
  .superRefine((options, context) => {
    const simulated = options.network === 'simulator'
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    for (const key of ['url', 'wsUrl'] as const) {
      const address = options[key]
      if (simulated && address !== undefined && !isLoopbackUrl(address)) {
        issue(key, `network "simulator" only connects to this machine (127.0.0.0/8, ::1, localhost), not to ${address}`)
      }
    }
    if ((options.leverage ?? 0) > (options.maxLeverage ?? 100)) {
      issue('leverage', `${options.leverage} is more than maxLeverage (${options.maxLeverage})`)
    }
    if (simulated && options.url === undefined) issue('url', 'network "simulator" needs the address it listens on')
    if (!simulated && options.timeScale !== 1) issue('timeScale', `real time cannot be scaled on ${options.network}`)
  })
  .transform(({ timing, ...options }) => {
    const url = (options.url ?? DEFAULT_URLS[options.network]).replace(/\/+$/, '')
    const scaled = Object.fromEntries(
      Object.entries(timing).map(([key, ms]) => [key, Math.ceil(ms * options.timeScale)]),
    ) as typeof timing
    return {
      ...options,
      allowMasterKey: options.allowMasterKey ?? options.network === 'simulator',
      url,
      wsUrl: options.wsUrl ?? `${url.replace(/^http/, 'ws')}/ws`,
      // Not a wait for the network: how often is a matter of the venue's time.
      timing: { ...scaled, instrumentsMs: timing.instrumentsMs },
    }
  })

/** {@link hyperliquidOptions} as the adapter gets them: defaults filled in, addresses lower-case, durations scaled. */
export type HyperliquidOptions = z.output<typeof hyperliquidOptions>
