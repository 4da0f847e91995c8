import type { RunnerSnapshot } from '../../loop/snapshot.ts'

/** All that the live view draws: a snapshot, and what only the program around the runner knows. Plain data. */
export interface ViewFrame {
  readonly snapshot: RunnerSnapshot
  /** Wall clock, ms since the runner was started. */
  readonly uptimeMs: number
  /** How many times faster than the wall clock the runner's clock goes. */
  readonly speed: number
  /** When the run ends by itself, in wall clock ms from now; `null` for never. */
  readonly endsInMs: number | null
  /** Being stopped. */
  readonly stopping: boolean
}
