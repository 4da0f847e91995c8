import type { RunnerEvent, RunnerSnapshot } from './loop/snapshot.ts'
import type { PositionRow, Store } from './store/store.ts'

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
}
