import type { Fault } from '@portolan/venue-hyperliquid/simulator'
import type { SeededRandom } from './seeded-random.ts'
import type { FaultSwitch } from './voyage.ts'

/** What may go wrong between a runner and its venue while it runs. None of it lasts. */
const FAULTS: readonly [Fault, ...Fault[]] = [
  { kind: 'lost-answer', path: '/exchange' },
  { kind: 'status-500', path: '/exchange' },
  { kind: 'status-500', path: '/exchange', accepted: true },
  { kind: 'bad-gateway', path: '/exchange', accepted: true },
  { kind: 'truncated-json', path: '/exchange' },
  { kind: 'rate-limited', path: '/exchange' },
  { kind: 'delayed-answer', path: '/exchange', ms: 400 },
  { kind: 'delayed-answer', path: '/exchange', ms: 1_200 },
  { kind: 'delayed-answer', path: '/info', ms: 300 },
  { kind: 'status-500', path: '/info', times: 2 },
  { kind: 'lost-answer', path: '/info', type: 'orderStatus' },
  { kind: 'truncated-json', path: '/info', type: 'userFillsByTime' },
  { kind: 'duplicate-frame', channel: 'trades', times: 20 },
  { kind: 'duplicate-frame', channel: 'userFills', times: 3 },
  { kind: 'duplicate-frame', channel: 'orderUpdates', times: 3 },
  { kind: 'reorder-frames', channel: 'trades', times: 3 },
  { kind: 'reorder-frames', channel: 'userFills' },
  { kind: 'half-frame', channel: 'trades' },
  { kind: 'half-frame', channel: 'userFills' },
]

/** Lets up to three things go wrong; sometimes all sockets break on top. */
export function injectFaults(faults: FaultSwitch, random: SeededRandom): void {
  const count = Math.floor(random.between(0, 4))
  for (let i = 0; i < count; i++) faults.add(random.of(FAULTS))
  if (random.next() < 0.25) faults.dropSockets()
}
