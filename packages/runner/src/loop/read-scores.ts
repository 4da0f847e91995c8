import type { JsonValue, Timeframe } from '@portolan/core'
import { marketCapBucket } from '@portolan/core'
import type { IntentDeltaRow } from '../store/store.ts'
import type { EngineOptions } from './engine-options.ts'
import type { ScoreReading } from './position-actor.ts'
import type { RegimeRuntime } from './regime-runtime.ts'

/** A and E of a position when one of its bars ended (`at`, ms), and all that led to them. */
export function readScores(
  regime: RegimeRuntime,
  { config, fixedA, fixedE }: EngineOptions['pm'],
  position: {
    readonly timeframe: Timeframe
    readonly at: number
    /** USD; `null` when nobody tells: then the bucket is missing. */
    readonly marketCapUsd: number | null
    readonly delta: IntentDeltaRow | null
  },
): ScoreReading {
  const { timeframe, at, marketCapUsd, delta } = position
  const bucket = marketCapBucket(marketCapUsd, config.regime)
  const reading = regime.read({ timeframe, bucket, at, intent: delta })
  const counts = delta !== null && at < delta.expiresAt
  const explanation = {
    ...reading,
    marketCapUsd,
    bucket,
    ...(counts ? { intent: { expiresAt: delta.expiresAt, reason: delta.reason } } : {}),
    ...(fixedA === null ? {} : { fixedA }),
    ...(fixedE === null ? {} : { fixedE }),
  }
  const { refused } = reading
  return {
    a: fixedA ?? reading.A,
    e: fixedE ?? reading.E,
    explanation: explanation as unknown as JsonValue,
    ...(refused === undefined ? {} : { refused }),
  }
}
