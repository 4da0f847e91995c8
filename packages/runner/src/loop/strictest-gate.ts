import type { TradeGate } from '@portolan/core'

const STRICTNESS = { open: 0, 'exit-only': 1, closed: 2 } as const

/** Of several gates the one that lets the least through; the first of equals. Open without any. */
export function strictestGate(...gates: readonly TradeGate[]): TradeGate {
  let strictest: TradeGate = { state: 'open' }
  for (const gate of gates) {
    if (STRICTNESS[gate.state] > STRICTNESS[strictest.state]) strictest = gate
  }
  return strictest
}
