import type { IntentDeltaRequest, IntentDeltaTarget } from './composition/intent-delta-request.ts'
import type { RunnerEvent, RunnerSnapshot } from './loop/snapshot.ts'
import type { IntentDeltaRow, PositionRow, Store } from './store/store.ts'

/** A running portfolio manager over the venues of a config. Made by `createRunner`; disposing it is `stop`. */
export interface Runner extends AsyncDisposable {
  /** Connects, takes up what a former run left open, back-fills history and follows the market. Resolves once the loop runs. */
  start(): Promise<void>
  /** Ends the loop, closes venues and store. Orders at the venues stay as they are and are looked up at the next start. */
  stop(): Promise<void>
  /** Aborted, with a `RunnerError` as its reason, when the runner has to end by itself. It stops then; `stop` waits for it. */
  readonly failed: AbortSignal
  snapshot(): RunnerSnapshot
  /** Calls back for every event from now on; the returned function ends it. */
  onEvent(listener: (event: RunnerEvent) => void): () => void
  readonly store: Store
  positions(): Promise<readonly PositionRow[]>
  /**
   * Adds an opinion on a token to its A and E until it expires, in the place of the one that it has. Only after `start`.
   * @throws {RunnerError} `bad-intent-delta` for values out of bounds or a token that the venue does not know, `no-venue`, `ambiguous-venue`
   */
  setIntentDelta(request: IntentDeltaRequest): Promise<IntentDeltaRow>
  /** Removes the opinion on a token; `false` when there is none. */
  clearIntentDelta(target: IntentDeltaTarget): Promise<boolean>
  /** Those that are set, the expired ones too, oldest first. */
  intentDeltas(): Promise<readonly IntentDeltaRow[]>
}
