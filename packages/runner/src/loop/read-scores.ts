import type { JsonValue, Timeframe } from '@portolan/core'
import { askRegime } from '@portolan/core'
import type { IntentDeltaRow } from '../store/store.ts'
import type { EngineOptions } from './engine-options.ts'
import type { ScoreReading } from './position-surroundings.ts'
import type { MarketReading } from './regime-runtime.ts'

/** A and E of a position when one of its bars ended (`at`, ms), and all that led to them. */
export function readScores(
  market: MarketReading,
  { config, models, fixedA, fixedE }: EngineOptions['pm'],
  position: {
    readonly timeframe: Timeframe
    readonly at: number
    /** The one that counts then. */
    readonly delta: IntentDeltaRow | null
  },
): ScoreReading {
  const { timeframe, at, delta } = position
  const { readings, bucket, marketCapUsd } = market
  const reading = askRegime(models.regime, { readings, timeframe, at, intent: delta, config: config.regime })
  const explanation = {
    ...reading,
    marketCapUsd,
    bucket,
    ...(delta === null
      ? {}
      : { intent: { createdAt: delta.createdAt, expiresAt: delta.expiresAt, reason: delta.reason } }),
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
