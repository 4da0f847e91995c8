/**
 * How a run differs from the others; the loop is the same. `backtest` and `replay` live in recorded time with simulated fills,
 * `paper` in live data with simulated fills, `dry-run` prepares and signs and does not send, `live` sends.
 */
export type RunMode = 'backtest' | 'replay' | 'paper' | 'dry-run' | 'live'

/** Whether fills are simulated in this mode. */
export function simulatesFills(mode: RunMode): boolean {
  switch (mode) {
    case 'backtest':
    case 'replay':
    case 'paper':
      return true
    case 'dry-run':
    case 'live':
      return false
  }
}
