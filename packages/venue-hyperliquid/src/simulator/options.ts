import type { SimulatorTime } from './clock.ts'
import type { FundPolicy } from './exchange/account-access.ts'
import type { SignatureNetwork } from './exchange/identify-signer.ts'
import type { Fault } from './faults/fault.ts'
import type { Limits } from './limits.ts'
import { NO_LIMITS, VENUE_LIMITS } from './limits.ts'

/** What a simulator can be told. Every option has a default. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1. Default: any free one. */
  readonly port?: number
  /** Makes the market: the same seed gives the same prices at the same times. Default: `portolan`. */
  readonly seed?: string | number
  /** Simulated time. Default: the wall clock at its own speed, or where a restored state stood. */
  readonly clock?: Partial<SimulatorTime>
  /** Who is given money: every account the moment it is seen, nobody, or these addresses (USD). Default: `first-sight`. */
  readonly fund?: 'first-sight' | 'none' | Readonly<Record<string, number>>
  /** USD given on first sight. Default: 100,000. */
  readonly fundUsd?: number
  /** Collateral given with it in the clearinghouse of every builder's dex. Default: 10,000. */
  readonly fundDexUsd?: number
  /** How thick the books are: 0.01 makes for partial fills. Default: 1. */
  readonly liquidity?: number
  /** Which signing source is accepted. Default: `any`, since clients disagree about it when they are given an address. */
  readonly network?: SignatureNetwork
  /** `venue`: the venue's own, counted in simulated time. `off`: none. Default: `venue`. */
  readonly limits?: 'venue' | 'off' | Partial<Limits>
  /** How far the venue's clock is off everybody else's, ms. Default: 0. */
  readonly skewMs?: number
  /** What goes wrong from the start; more can be added while it runs. Default: nothing. */
  readonly faults?: readonly Fault[]
  /** File in which accounts, orders, fills, nonces and time survive a restart. Default: none. */
  readonly state?: string | null
  /** Wall ms between two deliveries. Default: 25. */
  readonly tickMs?: number
  /** Wall ms after which a socket that was sent nothing is closed. Default: 60,000. */
  readonly idleCloseMs?: number
  /** The wall clock that simulated time is derived from, ms. Default: the machine's. */
  readonly wallClock?: () => number
  /** Told of defects of the simulator itself, which clients see as 500. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void
}

/** The options with their defaults. */
export interface ResolvedOptions {
  readonly port: number
  readonly seed: string
  readonly clock: Partial<SimulatorTime>
  readonly fund: FundPolicy
  readonly network: SignatureNetwork
  readonly limits: Limits
  readonly faults: readonly Fault[]
  readonly liquidity: number
  readonly skewMs: number
  readonly state: string | null
  readonly tickMs: number
  readonly idleCloseMs: number
  readonly wallClock: () => number
  readonly onError: (error: unknown) => void
}

export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  return {
    port: options.port ?? 0,
    seed: String(options.seed ?? 'portolan'),
    clock: options.clock ?? {},
    fund: fundPolicy(options),
    network: options.network ?? 'any',
    limits: limitsOf(options.limits ?? 'venue'),
    faults: options.faults ?? [],
    liquidity: options.liquidity ?? 1,
    skewMs: options.skewMs ?? 0,
    state: options.state ?? null,
    tickMs: options.tickMs ?? 25,
    idleCloseMs: options.idleCloseMs ?? 60_000,
    wallClock: options.wallClock ?? Date.now,
    onError: options.onError ?? warn,
  }
}

function fundPolicy({
  fund = 'first-sight',
  fundUsd = 100_000,
  fundDexUsd: dexUsd = 10_000,
}: SimulatorOptions): FundPolicy {
  if (fund === 'first-sight') return { kind: 'first-sight', usd: fundUsd, dexUsd }
  return { kind: 'listed', usd: fund === 'none' ? {} : fund, dexUsd }
}

function limitsOf(limits: 'venue' | 'off' | Partial<Limits>): Limits {
  if (limits === 'venue') return VENUE_LIMITS
  return limits === 'off' ? NO_LIMITS : { ...VENUE_LIMITS, ...limits }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), 'SimulatorWarning')
}
