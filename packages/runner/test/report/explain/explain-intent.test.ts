import { DRIVER_NAMES, REGIME_TIMEFRAMES } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { explainIntent } from '../../../src/report/explain/explain-intent.ts'
import type { IntentStory } from '../../../src/store/store.ts'
import { createPainter } from '../../../src/view/style.ts'
import { EXPLANATION, STORY } from './story-fixture.ts'

function explain(story: IntentStory): string {
  const painter = createPainter(false)
  const lines = explainIntent(story).map((line) => painter.line(line, Number.POSITIVE_INFINITY).trimEnd())
  return `\n${lines.join('\n')}\n`
}

describe('the explanation of an intent', () => {
  it('tells inputs, rules, gate, arithmetic, order, outcome and fills', () => {
    expect(explain(STORY)).toMatchInlineSnapshot(`
      "
      buy SOL by S3.entry on 5m, acme/perps, live@simulator
      intent a1b2c3d4e5f60718293a4b5c, planned 2026-11-22 17:40:02 UTC
      filled

      inputs
        bar        2026-11-22 17:35:00 UTC, close 131.8, ATR 0.763
        state      S3, before S2
        flags      buyFlag
        indicators RSI 38.4, ADX 25.3
        scores     ts 0.528  ox 0.336  edx 0.512  dx 0.657
        margins    distance +0.210  overextension -0.314
        position   flat; invested 0.00, extracted 0.00 USD
        A and E    A 0.80  E 0.20
                   btc macro              S3  A +0.300  E -0.300
                   without bucket macro (no-data)

      rules
        blocked    exitPosition  flag
        blocked    trimFlag      overextension, lacked 0.314
        passed     S3.entry      entry: 25.00% of what is left of the allocation = 250.00 USD (score 0.850, learned +0.050: band high)
                   urgency normal, at most 50 bps of slippage
        gate       open

      sizing
        limitPrice 132.459 → 132.45  price-rule bound  5 significant figures
        quantity   1.896813 → 1.89  quantity-step bound  steps of 0.01
        notional   250.33 → 250.33  min-notional  at least 10
        order      1.89 at 132.45 or better
        limit      quantity-step (quantity)

      order
        id         0xfeed
        asked      buy 1.89 at 132.45 or better
        sealed     2026-11-22 17:40:02 UTC, no effect from 2026-11-22 17:40:17 on
        venue id   77
        outcome    filled: 1.89 at 131.9
        as of      2026-11-22 17:40:04 UTC

      fills
        bought     0.89 at 131.8  fee 0.05 (quote)  2026-11-22 17:40:03 UTC  t1
        bought     1 at 132  fee 0.06 (quote)  2026-11-22 17:40:03 UTC  t2
        in all     1.89 at 131.906
      "
    `)
  })

  it('tells why nothing was sent', () => {
    const skipped: IntentStory = {
      ...STORY,
      intent: {
        ...STORY.intent,
        state: 'skipped',
        stateReason: 'the order of 3.1 USD is below the minimum of 10',
        explanation: {
          ...(EXPLANATION as object),
          gate: { state: 'exit-only', reason: 'post-only', message: 'the venue was upgraded', changesAt: null },
          sizing: { kind: 'skip', reason: 'below-min-notional', message: '3.1 is less than 10', steps: [] },
        },
      },
      orders: [],
      fills: [],
    }
    const text = explain(skipped)
    expect(text).toContain('skipped: the order of 3.1 USD is below the minimum of 10')
    expect(text).toContain('exit-only (post-only: the venue was upgraded)')
    expect(text).toContain('no order   3.1 is less than 10')
    expect(text).toContain('none was sealed: nothing was sent')
  })

  it('names every driver that was missing, and the opinion from outside with its reason', () => {
    const { scores } = EXPLANATION as { readonly scores: { readonly explanation: object } }
    const missing = DRIVER_NAMES.flatMap((driver) =>
      REGIME_TIMEFRAMES.map((timeframe) => ({ driver, timeframe, reason: driver === 'btc' ? 'stale' : 'no-data' })),
    )
    const regime = {
      ...scores.explanation,
      contributions: [],
      missing,
      marketCapUsd: null,
      intentA: 0.5,
      intentE: -2,
      intent: { expiresAt: Date.UTC(2026, 10, 22, 17, 40), reason: 'an upgrade' },
    }
    const explanation = { ...(EXPLANATION as object), scores: { ...scores, explanation: regime } }
    const text = explain({ ...STORY, intent: { ...STORY.intent, explanation } })
    expect(text).toContain(
      'without btc (stale), alt (no-data), bucket (no market cap), btc_dominance (no-data), usdt_dominance (no-data)',
    )
    expect(text).toMatch(/from outside +A \+0.500 {2}E -2.000 {2}until 2026-11-22 17:40:00 UTC: an upgrade/)
  })

  it('shows what a rejected order was told', () => {
    const [order] = STORY.orders
    if (order === undefined) throw new Error('the fixture has an order')
    const outcome = { kind: 'rejected', reason: 'min-notional', message: 'Order must have minimum value of $10.' }
    const text = explain({ ...STORY, orders: [{ ...order, state: 'rejected', outcome }], fills: [] })
    expect(text).toContain('rejected: min-notional, Order must have minimum value of $10.')
  })

  it('shows what is stored when another version wrote it', () => {
    const text = explain({ ...STORY, step: null, intent: { ...STORY.intent, explanation: { reasons: [1, 2] } } })
    expect(text).toContain('{"reasons":[1,2]}')
    expect(text).toContain('0xfeed')
  })
})
