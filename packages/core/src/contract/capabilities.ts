import type { Timeframe } from '../market/bar.ts'
import type { SignatureScheme } from './services.ts'
import type { VenueRole } from './venue.ts'

/**
 * What a package declares of itself, as data. The runner refuses at load what a config needs and a package lacks, the conformance kit runs
 * the cases that are declared, and `portolan venues` prints them. Adding an optional capability never changes the contract version.
 */
export interface Capabilities {
  /** What the package can be used for. Default: `['data', 'execution']`. */
  readonly roles?: readonly VenueRole[]
  /** Delivers trades, from which the runner builds bars. Default: `true`. */
  readonly trades?: boolean
  /** Timeframes of closed bars that the stream delivers by itself. Default: none. */
  readonly bars?: readonly Timeframe[]
  /** Timeframes that `history` can back-fill. Default: none. */
  readonly history?: readonly Timeframe[]
  /** `sessions`: no bar exists outside market hours. Default: `24/7`. */
  readonly hours?: '24/7' | 'sessions'
  /** Orders can rest and be cancelled (`Execution.cancel` exists). Default: `false`. */
  readonly cancel?: boolean
  /** Orders can be marked reduce-only at the venue. Default: `false`: the runner then only sells what it holds. */
  readonly reduceOnly?: boolean
  /** Positions can exceed the money in the account. Default: `false`. */
  readonly leverage?: boolean
  /** Scheme of the key that execution needs. Default: `null`, none. */
  readonly signature?: SignatureScheme | null
  /** A simulated venue is exported as `<package>/simulator`. Default: `false`. */
  readonly simulator?: boolean
}

/** {@link Capabilities} with every default filled in. */
export type ResolvedCapabilities = { readonly [K in keyof Capabilities]-?: Exclude<Capabilities[K], undefined> }

/** The documented defaults. */
export const DEFAULT_CAPABILITIES: ResolvedCapabilities = {
  roles: ['data', 'execution'],
  trades: true,
  bars: [],
  history: [],
  hours: '24/7',
  cancel: false,
  reduceOnly: false,
  leverage: false,
  signature: null,
  simulator: false,
}

/** Fills in the defaults. */
export function resolveCapabilities(declared: Capabilities): ResolvedCapabilities {
  return { ...DEFAULT_CAPABILITIES, ...declared }
}
