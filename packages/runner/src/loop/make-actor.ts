import type { PositionRow } from '../store/store.ts'
import type { Activity } from './activity.ts'
import type { EngineOptions } from './engine-options.ts'
import type { Learning } from './learning.ts'
import { PositionActor } from './position-actor.ts'
import { positionListener } from './position-events.ts'
import type { PositionScores } from './position-surroundings.ts'
import type { VenueRuntime } from './venue-runtime.ts'

/** What the engine lends to a position. */
interface Lent {
  readonly activity: Activity
  readonly signal: AbortSignal
  readonly runId: string
  readonly learning: Learning
  readonly scores: () => PositionScores
}

/** Makes a position that trades on one entry and lives on the data of another, or of the same. */
export function makeActor(
  row: PositionRow,
  { execution, data }: { readonly execution: VenueRuntime; readonly data: VenueRuntime },
  options: EngineOptions,
  lent: Lent,
): PositionActor {
  const { store, clock, logger, pm, onEvent, onStep, onFill, onTradeClosed, onFenced } = options
  const { activity, signal, runId, learning, scores } = lent
  const { instrument } = row
  return new PositionActor(row, {
    store,
    clock,
    activity,
    logger,
    signal,
    config: pm.config,
    models: pm.models,
    runId,
    desk: execution.desk,
    scores,
    gate: (at) => (execution === data ? data.gate(instrument, at) : execution.gateWith(data, instrument, at)),
    saleGate: (at) => execution.saleGate(instrument, at),
    instrument: () => data.instrument(instrument),
    price: () => data.price(instrument),
    learned: () => (pm.learning ? learning.strengths(row) : {}),
    fence: execution.fence,
    barsWritten: () => data.barsWritten(row),
    onFenced: () => onFenced?.(execution.venue),
    funds: () => execution.fundsFor(instrument),
    listener: positionListener({
      clock,
      onEvent,
      ...(onStep === undefined ? {} : { onStep }),
      ...(onFill === undefined ? {} : { onFill }),
      onIntentEnd: () => void activity.during(() => execution.readFundsQuietly()),
      onTradeClosed: (trade) => {
        onTradeClosed?.(trade)
        learning.learn(row, trade)
      },
    }),
  })
}
