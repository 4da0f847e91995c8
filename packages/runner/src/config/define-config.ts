import type {
  MarketCapBucket,
  Planner,
  PmConfigOverrides,
  RegimeModel,
  SignalModel,
  SimulatedTime,
  Timeframe,
  VenueDefinition,
  VenueRole,
} from '@portolan/core'
import type { ExternalPolicy, OnDisagreement } from '../reconciler/index.ts'
import type { LossLimits, RiskLimits } from '../risk/index.ts'
import type { KeySource, LogLevel } from '../services/index.ts'
import type { ConfigMode } from './config.ts'

/** What a `portolan.config.*` says. docs/config.md explains every option. */
export interface ConfigInput {
  /** Default `paper`. `live` on a real market also needs `--live` on the command line. */
  readonly mode?: ConfigMode
  /** Default: a database in the folder `.portolan/db` beside the config file. */
  readonly store?: { readonly url: string } | { readonly directory: string }
  /** The accounts and data sources. */
  readonly venues: readonly VenueInput[]
  /** Default: none; they can also be added by `portolan positions add`. */
  readonly positions?: readonly PositionInput[]
  /** Series that explain the market. Default `false`. */
  readonly majors?: MajorsInput | false
  /** Where the drivers of A and E are read from beside the majors. */
  readonly regime?: RegimeInput
  /** Limits on what is sent, checked before every order. Exits pass them. Default: none. */
  readonly risk?: RiskInput
  /** How long rows are kept in the store, e.g. `'7d'`; `false` for ever. Bars and the ledger are always kept. */
  readonly execution?: {
    /** Orders that an exit may have, one after the other, until all that is held is sold. Default 5. */
    readonly exitAttempts?: number
    /** Wait before the second of them, ms; doubled before each further one. Default 500. */
    readonly exitBackoffMs?: number
  }
  readonly reconcile?: {
    /** What an account does while it differs from the ledger. Default `exit-only`. */
    readonly onDisagreement?: OnDisagreement
    /** Between two comparisons, ms. Default 60000. */
    readonly everyMs?: number
    /** When an order of which the fate is open is first asked about, ms. Default 2000. */
    readonly firstLookMs?: number
    /** Longest time between two questions about it, ms. Default 30000. */
    readonly longestLookMs?: number
  }
  readonly retention?: {
    /** Default `7d`. A replay of an older time is made from the bars. */
    readonly trades?: string | false
    /** Decisions; those that planned an intent are always kept. Default `30d`. */
    readonly steps?: string | false
    /** Default `30d`. */
    readonly regimeReadings?: string | false
  }
  /** Overrides of the portfolio manager's constants, and models of your own in the place of its. */
  readonly pm?: PmInput
  readonly bars?: {
    /** How long after a bar's end late trades still count, ms. Default 2000. */
    readonly graceMs?: number
    /** Bars of history before the first live one. Default 1000. */
    readonly historyBars?: number
  }
  readonly simulation?: {
    /** By which a simulated fill is worse than the price, bps. Default 5. */
    readonly slippageBps?: number
    /** USD with which a simulated account starts. Default 10000. */
    readonly startingCash?: number | string
  }
  readonly log?: {
    /** Default `info`. */
    readonly level?: LogLevel
    /** Lines for people. Default: on a terminal only. */
    readonly pretty?: boolean
  }
  /** What becomes of the run when a venue does not start. Default `fail`. */
  readonly onVenueError?: 'fail' | 'skip'
  /** The time of simulators that run by themselves, as `portolan simulate` prints it. Default: the wall clock. */
  readonly clock?: SimulatedTime
}

/** Limits for every config entry, limits of single ones, and losses upon which entries end. */
export interface RiskInput extends Partial<RiskLimits>, Partial<LossLimits> {
  /** By `token_chain/book_id`, or that and a label; they replace the general ones by name, `null` lifts one. */
  readonly venues?: { readonly [entry: string]: Partial<RiskLimits> }
}

/** A model, or the path of a module that exports one by default, from the config's folder: `./my-planner.ts`. */
export type ModelInput<Model> = Model | string

export interface PmInput extends Omit<PmConfigOverrides, 'regime'> {
  /** Pins A, in [0, 1]. */
  readonly fixedA?: number
  /** Pins E, in [0, 1]. */
  readonly fixedE?: number
  /** Turns signals, scores and history into orders. */
  readonly planner?: ModelInput<Planner>
  /** Turns bars into signals. */
  readonly signals?: ModelInput<SignalModel>
  /** Turns the drivers of the market into A and E. Its constants stand beside `model`. */
  readonly regime?:
    | ModelInput<RegimeModel>
    | (PmConfigOverrides['regime'] & { readonly model?: ModelInput<RegimeModel> })
}

/** An entry of `venues`. */
export interface VenueInput {
  /** Name, short name or path of the package, or the definition that it exports. */
  readonly use: string | VenueDefinition
  /** Tells entries of one venue key apart: lower-case letters, digits, `-` and `_`. Default `default`. */
  readonly label?: string
  /** Default: all that the package has. */
  readonly roles?: readonly VenueRole[]
  /** Where the key for orders is kept, or a signer that asks for signatures elsewhere. The key itself never stands in a config. */
  readonly key?: KeySource
  /** The package's own options. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Start the package's simulator and trade on it: its own options, and `speed`. */
  readonly simulator?: {
    /** Simulated ms in one ms of the wall clock. Default 1. */
    readonly speed?: number
    readonly [option: string]: unknown
  }
  /** Overrides `simulation.slippageBps` for this entry. */
  readonly slippageBps?: number
  /** What becomes of trades by others on its account. Default `report`. */
  readonly external?: ExternalPolicy
}

/** An entry of `positions`. */
export interface PositionInput {
  /** `token_chain/book_id`. */
  readonly venue: string
  /** The venue's own name of what is traded. */
  readonly token: string
  readonly timeframe: Timeframe
  /** USD, above 0. */
  readonly allocationUsd: number | string
  /** Label of the entry that it trades on. Default: the only one of its venue that executes. */
  readonly label?: string
}

export interface MajorsInput {
  /** `token_chain/book_id`. */
  readonly venue: string
  /** Default: the only data source of its venue. */
  readonly label?: string
  /** Default: BTC, ETH, SOL, HYPE, BNB. */
  readonly symbols?: readonly string[]
}

/** A series of a venue's feed `majors`. */
export interface VenueSourceInput {
  /** `token_chain/book_id`. */
  readonly venue: string
  /** Default: the only data source of its venue. */
  readonly label?: string
  readonly token: string
}

/** A file of recorded bars: `ts,open,high,low,close,volume`. It serves every timeframe of the regime that is not shorter than its own. */
export interface FileSourceInput {
  readonly csv: string
  /** Of the bars. */
  readonly timeframe: Timeframe
}

/** One, or several of which the equal-weight composite counts. Files of different timeframes are one series. */
export type DriverSourceInput = VenueSourceInput | FileSourceInput | readonly (VenueSourceInput | FileSourceInput)[]

export interface RegimeInput {
  readonly drivers?: {
    /** Default: the first of the majors. */
    readonly btc?: DriverSourceInput
    /** Default: the composite of the other majors. */
    readonly alt?: DriverSourceInput
    readonly btc_dominance?: DriverSourceInput
    readonly usdt_dominance?: DriverSourceInput
    /** Composites by market cap: their members at one venue. */
    readonly bucket?: { readonly venue: string; readonly label?: string } & {
      readonly [B in MarketCapBucket]?: readonly string[]
    }
  }
  /** Market caps in USD by token, where the venue does not tell them or tells wrong ones. */
  readonly marketCaps?: Readonly<Record<string, number>>
}

/**
 * Gives a config its types; it is returned as it is.
 *
 * @example
 * import { defineConfig } from '@portolan/runner'
 *
 * export default defineConfig({
 *   venues: [{ use: 'acme', key: { env: 'ACME_KEY' } }],
 *   positions: [{ venue: 'acme/spot', token: 'BTC', timeframe: '1h', allocationUsd: 1000 }],
 * })
 */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
