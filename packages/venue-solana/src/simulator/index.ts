// A Solana on loopback sockets or in memory. For tests of this package:
// - `startTestChain()` in test/simulator/start-test-chain.ts: a server on a free port whose time stands until it is advanced, with
//   `airdrop`, `control` and `rpc` (a real kit client of one's own works as well).
// - `createSimulatedChain({ options, clock })`: the same in memory under an injected clock, with `fetch` and `connect` (core's Connect).
export type { JournalRecord } from './chain/journal.ts'
export type { ExecutedSwap } from './control/execution-ledger.ts'
export type { SimulatedChain, SimulatedChainRequest } from './create-simulated-chain.ts'
export { createSimulatedChain } from './create-simulated-chain.ts'
export { solanaSimulator as default } from './definition.ts'
export type { Fault, FaultInput } from './faults/fault.ts'
export type { SimulatorOptionsInput } from './options.ts'
export { PortInUseError } from './server/start-server.ts'
export type { Simulator, StartRequest } from './start-simulator.ts'
export { startSimulator } from './start-simulator.ts'
export { StateFileError } from './state/state-file.ts'
