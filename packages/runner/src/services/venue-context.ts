import type {
  Clock,
  Connect,
  Logger,
  RateBudget,
  RateBudgetSpec,
  Signer,
  VenueContext,
  VenueEvent,
  VenueRole,
} from '@portolan/core'

export interface VenueContextParts<Options> {
  readonly options: Options
  readonly label: string
  readonly roles: ReadonlySet<VenueRole>
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly connect: Connect
  readonly signer: Signer | null
  readonly budget: (spec: RateBudgetSpec) => RateBudget
  /** Where the venue's events go. */
  readonly onEvent: (event: VenueEvent) => void
  /** Default: Node's own, which uses no proxy unless Node itself was told to. */
  readonly fetch?: typeof globalThis.fetch
}

/** What an adapter gets to work with. Frozen; a data-only entry has no signer whatever was passed. */
export function createVenueContext<Options>(parts: VenueContextParts<Options>): VenueContext<Options> {
  const { logger } = parts
  return Object.freeze<VenueContext<Options>>({
    options: parts.options,
    label: parts.label,
    roles: parts.roles,
    logger,
    signal: parts.signal,
    clock: parts.clock,
    fetch: parts.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    connect: parts.connect,
    signer: parts.roles.has('execution') ? parts.signer : null,
    budget: parts.budget,
    emit(event) {
      try {
        parts.onEvent(event)
      } catch (error) {
        logger.error('An event of the venue could not be handled', { type: event.type, error })
      }
    },
  })
}
