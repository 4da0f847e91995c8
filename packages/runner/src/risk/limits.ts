/** Limits on what may be sent; `null` = none. Exits pass all of them. */
export interface RiskLimits {
  /** USD of one order. */
  readonly maxOrderUsd: number | null
  /** USD of one position, with the order. */
  readonly maxPositionUsd: number | null
  /** USD of all positions of one config entry (account), with the order and with entries under way. */
  readonly maxVenueUsd: number | null
  /** USD of all positions of all entries, with the order and with entries under way. */
  readonly maxTotalUsd: number | null
  /** Positions of an account over its equity, with the order. */
  readonly maxLeverage: number | null
  /** Orders sent within 60 s of the runner's clock, exits counted. */
  readonly maxOrdersPerMinute: number | null
  /** How far a limit price may be from the newest price, to the worse side, bps. */
  readonly maxPriceDeviationBps: number | null
  /** Age of the newest price, ms. */
  readonly maxPriceAgeMs: number | null
}

/** Losses upon which entries end. */
export interface LossLimits {
  /** USD lost since 00:00 UTC, realised and unrealised; `null` = none. */
  readonly dailyLossUsd: number | null
  /** USD below the highest profit so far, realised and unrealised; `null` = none. */
  readonly drawdownUsd: number | null
  /** What happens then. It stays so until a person resumes. */
  readonly onBreach: 'reduce' | 'halt' | 'flatten'
}

/** The `risk` section of a config. */
export interface RiskConfig {
  readonly limits: RiskLimits
  /** Limits of single config entries, by `<token_chain>/<book_id>` or `<token_chain>/<book_id> <label>`; they replace the general ones by name. */
  readonly venues: { readonly [entry: string]: Partial<RiskLimits> }
  readonly losses: LossLimits
}

export const NO_LIMITS: RiskLimits = {
  maxOrderUsd: null,
  maxPositionUsd: null,
  maxVenueUsd: null,
  maxTotalUsd: null,
  maxLeverage: null,
  maxOrdersPerMinute: null,
  maxPriceDeviationBps: null,
  maxPriceAgeMs: null,
}

/** What a run without a `risk` section has. */
export const NO_RISK: RiskConfig = {
  limits: NO_LIMITS,
  venues: {},
  losses: { dailyLossUsd: null, drawdownUsd: null, onBreach: 'reduce' },
}

/** The limits of one entry. */
export function limitsOf(config: RiskConfig, entry: { readonly venue: string; readonly label: string }): RiskLimits {
  return { ...config.limits, ...config.venues[entry.venue], ...config.venues[`${entry.venue} ${entry.label}`] }
}
