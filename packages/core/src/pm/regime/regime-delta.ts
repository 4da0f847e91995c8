import type { RegimeConfig, RegimeDelta } from '../config/regime-config.ts'
import type { Signals } from '../signals/signals.ts'

/** What one driver on one timeframe adds to A and E: its state, plus its flags, plus its transition. */
export function regimeDelta(
  signals: Pick<Signals, 'state' | 'flags' | 'transition'>,
  config: RegimeConfig,
): RegimeDelta {
  const { state, flags, transition } = signals
  const { flag } = config
  const rows: RegimeDelta[] = [config.state[state]]
  if (state === 'S1' && flags.buySignal) rows.push(flag.s1BuySignal)
  if (state === 'S2' && flags.trimFlag) rows.push(flag.s2TrimFlag)
  if (state === 'S2' && flags.buyFlag) rows.push(flag.s2BuyFlag)
  if (state === 'S3' && flags.trimFlag) rows.push(flag.s3TrimFlag)
  if (state === 'S3' && flags.buyFlag) rows.push(flag.s3BuyFlag)
  if (state === 'S3' && flags.emergencyExit) rows.push(flag.s3EmergencyExit)
  if (transition === 'S1->S0') rows.push(config.transition.s1ToS0)
  if (transition === 'S3->S0') rows.push(config.transition.s3ToS0)
  let dA = 0
  let dE = 0
  for (const row of rows) {
    dA += row.dA
    dE += row.dE
  }
  return { dA, dE }
}
