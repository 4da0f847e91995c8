import type { FaultInput } from '@portolan/venue-solana/simulator'
import type { SeededRandom } from '../seeded-random.ts'
import type { SolanaVoyage } from './solana-voyage.ts'

/** What may go wrong on a chain while a runner runs. None of it lasts. */
const FAULTS: readonly [FaultInput, ...FaultInput[]] = [
  { kind: 'lost-reply', target: 'rpc', method: 'sendTransaction' },
  { kind: 'lost-request', target: 'rpc', method: 'sendTransaction' },
  { kind: 'lost-reply', target: 'rpc', method: 'getTransaction', times: 2 },
  { kind: 'corrupted-json', target: 'rpc', times: 3 },
  { kind: 'rate-limited', target: 'rpc', times: 5, retryAfter: 1 },
  { kind: 'status-500', target: 'rpc', times: 5 },
  { kind: 'status-500', target: 'jupiter', times: 2 },
  { kind: 'slow-answer', target: 'rpc', method: 'sendTransaction', ms: 60_000 },
  { kind: 'late-landing', slots: 20 },
  { kind: 'late-landing', slots: 100 },
  { kind: 'dropped', times: 2 },
  { kind: 'expires' },
  { kind: 'simulation-error' },
  { kind: 'no-route' },
  { kind: 'duplicate-notification', times: 10 },
  { kind: 'lost-notification', times: 10 },
]

/** Lets up to three things go wrong; sometimes all sockets break on top. */
export async function injectSwapFaults(voyage: SolanaVoyage, random: SeededRandom): Promise<void> {
  const count = Math.floor(random.between(0, 4))
  for (let index = 0; index < count; index++) await voyage.addFault(random.of(FAULTS))
  if (random.next() < 0.2) await voyage.dropSockets()
}
