import type {
  DecimalString,
  DriverName,
  InstrumentId,
  MarketCapBucket,
  PmConfig,
  SimulatedTime,
  Timeframe,
  VenueDefinition,
  VenueKey,
  VenueRole,
} from '@portolan/core'
import type { ExternalPolicy, OnDisagreement } from '../reconciler/index.ts'
import type { RiskConfig } from '../risk/index.ts'
import type { KeySource, LogLevel } from '../services/index.ts'

/** The modes that a config can ask for. */
export type ConfigMode = 'paper' | 'dry-run' | 'live'

/** Every mode; the last two are chosen by a command and a file, not by a config. */
export type RunMode = ConfigMode | 'replay' | 'backtest'

/** A config after validation: every default filled in, every path absolute, frozen. */
export interface RunnerConfig {
  readonly mode: ConfigMode
  readonly store: StoreConfig
  readonly venues: readonly VenueEntry[]
  readonly positions: readonly PositionEntry[]
  /** The series that explain the market; `null` for none. */
  readonly majors: MajorsConfig | null
  /** Where drivers are read from beside the majors. */
  readonly regime: RegimeSettings
  /** What the runner does not send, whatever is planned. */
  readonly risk: RiskConfig
  /** How long rows are kept in the store, ms; `null` for ever. */
  readonly execution: {
    /** Orders that an exit may have, one after the other. */
    readonly exitAttempts: number
    /** Wait before the second of them, ms; doubled before each further one. */
    readonly exitBackoffMs: number
  }
  readonly reconcile: {
    /** What an account does while it differs from the ledger. */
    readonly onDisagreement: OnDisagreement
    /** Between two comparisons, ms. */
    readonly everyMs: number
    /** When an order of which the fate is open is first asked about, and the longest time between two questions, ms. */
    readonly firstLookMs: number
    readonly longestLookMs: number
  }
  readonly retention: {
    readonly trades: number | null
    readonly steps: number | null
    readonly regimeReadings: number | null
  }
  readonly pm: PmSettings
  readonly bars: {
    /** How long after a bar's end late trades still count into it, ms. */
    readonly graceMs: number
    /** Bars of history that a series needs before its first live bar. */
    readonly historyBars: number
  }
  readonly simulation: {
    /** By which a simulated fill is worse than the price, bps. */
    readonly slippageBps: number
    /** USD with which a simulated account starts. */
    readonly startingCash: DecimalString
  }
  readonly log: { readonly level: LogLevel /** `null`: on a terminal only. */; readonly pretty: boolean | null }
  /** What becomes of the run when a venue does not start. */
  readonly onVenueError: 'fail' | 'skip'
  /** The time of simulators that run by themselves; `null`: the wall clock, or the time of those that the run starts. */
  readonly clock: SimulatedTime | null
  /** The runner's own folder, `.portolan` beside the config file: throwaway keys, what simulators remember. */
  readonly stateDirectory: string
}

export type StoreConfig =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'directory'; readonly directory: string }

/** One account or data source. */
export interface VenueEntry {
  /** Name, short name or path of the package, or its definition itself. */
  readonly use: string | VenueDefinition
  /** Tells entries of one venue key apart. */
  readonly label: string
  /** `null`: all that the package has. */
  readonly roles: readonly VenueRole[] | null
  readonly key: KeySource | null
  /** For the package's own schema; not yet validated. */
  readonly options: Readonly<Record<string, unknown>>
  /** `null`: the entry is pointed at whatever its options say. */
  readonly simulator: SimulatorEntry | null
  /** Overrides `simulation.slippageBps`. */
  readonly slippageBps: number | null
  /** What becomes of trades by others on its account. */
  readonly external: ExternalPolicy
}

/** Start the package's simulator and point the entry at it. */
interface SimulatorEntry {
  /** Simulated ms in one ms of the wall clock. */
  readonly speed: number
  /** For the simulator's own schema; not yet validated. */
  readonly options: Readonly<Record<string, unknown>>
}

export interface PositionEntry {
  readonly venue: VenueKey
  /** Label of the entry that it trades on; `null`: the only one of its venue. */
  readonly label: string | null
  readonly token: InstrumentId
  readonly timeframe: Timeframe
  readonly allocationUsd: DecimalString
}

interface MajorsConfig {
  readonly venue: VenueKey
  /** `null`: the only data source of its venue. */
  readonly label: string | null
  readonly symbols: readonly InstrumentId[]
}

export interface RegimeSettings {
  /** In the place of what the majors would give; several are a composite. */
  readonly drivers: { readonly [D in Exclude<DriverName, 'bucket'>]?: readonly DriverSourceEntry[] }
  /** Members of the composites of market-cap buckets; `null` for none. */
  readonly buckets: {
    readonly venue: VenueKey
    readonly label: string | null
    readonly members: { readonly [B in MarketCapBucket]?: readonly InstrumentId[] }
  } | null
  /** USD by token; before what the venue says. */
  readonly marketCaps: Readonly<Record<string, number>>
}

/** A series of a venue's feed `majors`, or a file of bars of one timeframe. */
export type DriverSourceEntry =
  | { readonly venue: VenueKey; readonly label: string | null; readonly token: InstrumentId }
  /** `csv` is an absolute path. */
  | { readonly csv: string; readonly timeframe: Timeframe }

interface PmSettings {
  /** The portfolio manager's constants with the config's overrides. */
  readonly config: PmConfig
  /** Pins A, in [0, 1]; `null`: by the regime. */
  readonly fixedA: number | null
  /** Pins E, in [0, 1]; `null`: by the regime. */
  readonly fixedE: number | null
}
