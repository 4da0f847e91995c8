import { universalModels } from '@portolan/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { ConfigInput } from '../../src/config/index.ts'
import { defineConfig } from '../../src/config/index.ts'
import type { configSchema } from '../../src/config/schema.ts'

describe('defineConfig', () => {
  it('knows every option', () => {
    const config = defineConfig({
      mode: 'paper',
      venues: [{ use: 'acme', key: { env: 'KEY' }, simulator: { speed: 60, seed: 1 }, roles: ['data'] }],
      positions: [{ venue: 'acme/spot', token: 'BTC', timeframe: '1h', allocationUsd: 1000 }],
      majors: { venue: 'acme/spot' },
      pm: { fixedA: 0.5, plan: { stopAtr: 3 } },
      store: { directory: 'db' },
    })
    expectTypeOf(config).toEqualTypeOf<ConfigInput>()
    defineConfig({ venues: [], pm: { planner: universalModels.planner, signals: './signals.ts' } })
    defineConfig({ venues: [], pm: { regime: { model: './regime.ts', gain: 1 } } })
    defineConfig({ venues: [], pm: { regime: universalModels.regime } })
  })

  it('refuses what the schema would refuse', () => {
    expectTypeOf(defineConfig).parameter(0).toEqualTypeOf<ConfigInput>()
    // @ts-expect-error an option that does not exist
    defineConfig({ venues: [], mod: 'paper' })
    // @ts-expect-error a timeframe that does not exist
    defineConfig({ venues: [], positions: [{ venue: 'a/b', token: 'BTC', timeframe: '2h', allocationUsd: 1 }] })
    // @ts-expect-error a key itself
    defineConfig({ venues: [{ use: 'acme', key: '0x00' }] })
    // @ts-expect-error no planner
    defineConfig({ venues: [], pm: { planner: { decide: () => null } } })
    // @ts-expect-error a constant that does not exist
    defineConfig({ venues: [], pm: { plan: { nothing: 1 } } })
  })

  it('has the options of the schema, no more and no less', () => {
    type Schema = z.input<typeof configSchema>
    expectTypeOf<keyof ConfigInput>().toEqualTypeOf<keyof Schema>()
    expectTypeOf<keyof ConfigInput['venues'][number]>().toEqualTypeOf<keyof Schema['venues'][number]>()
    expectTypeOf<keyof NonNullable<ConfigInput['positions']>[number]>().toEqualTypeOf<
      keyof NonNullable<Schema['positions']>[number]
    >()
    expectTypeOf<keyof NonNullable<ConfigInput['bars']>>().toEqualTypeOf<keyof NonNullable<Schema['bars']>>()
    expectTypeOf<keyof NonNullable<ConfigInput['simulation']>>().toEqualTypeOf<
      keyof NonNullable<Schema['simulation']>
    >()
  })
})
