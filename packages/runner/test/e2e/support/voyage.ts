import type { Fault } from '@portolan/venue-hyperliquid/simulator'
import type { Store } from '../../../src/store/store.ts'
import type { ExchangeProxy } from './exchange-proxy.ts'
import type { VenueSide } from './ledger-check.ts'
import type { RunnerProcess } from './runner-process.ts'

/** What makes a simulator misbehave. */
export interface FaultSwitch {
  add(fault: Fault): void
  clear(): void
  dropSockets(): void
}

/** A simulated venue and a folder in which one runner after the other keeps its books. */
export interface Voyage extends AsyncDisposable {
  /** Through which the orders of its runners go; `null` when nobody stands in between. */
  readonly proxy: ExchangeProxy | null
  run(...args: readonly string[]): RunnerProcess
  /** Of a runner that runs. */
  faults(runner: RunnerProcess): FaultSwitch
  /** The store of a runner that is dead. */
  openStore(): Promise<Store>
  venueSide(): Promise<VenueSide>
}
