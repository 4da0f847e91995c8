import type { AccountExecutions } from './control/execution-ledger.ts'
import type { Fault } from './faults/fault.ts'
import type { Simulation } from './simulation.ts'

/** What a simulator can be made to suffer. */
export interface SimulatorFaults {
  /** Waits for the next request or frame that it fits; a fault of the venue as a whole happens at once. */
  add(fault: Fault): void
  clear(): void
  /** Ends every socket now, without a close frame. */
  dropSockets(): void
  /** Takes a coin off the market: `isDelisted` in `meta`, its orders cancelled, positions settled. */
  delist(coin: string): Promise<void>
}

/** How a program steers a simulator and looks into it. */
export interface SimulatorControls {
  readonly faults: SimulatorFaults
  /** Makes a coin trade at `price` from now on, as if the market had jumped there. */
  pushPrice(coin: string, price: number): Promise<void>
  /** A control route, e.g. `control('POST', '/simulator/liquidate', { user })`. @throws with its text when it is refused. */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  /** What every account had executed. */
  executions(): AccountExecutions[]
}

export function controlsOf(simulation: Simulation): SimulatorControls {
  const { kernel } = simulation
  return {
    faults: {
      add: (fault) => simulation.addFault(fault),
      clear: () => simulation.clearFaults(),
      dropSockets: () => simulation.dropSockets(),
      delist: (coin) => kernel.delist(coin),
    },
    pushPrice: (coin, price) => kernel.pushPrice(coin, price),
    control: (method, path, body) => simulation.control(method, path, body),
    executions: () => simulation.executions(),
  }
}
