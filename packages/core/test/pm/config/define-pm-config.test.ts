import { describe, expect, it } from 'vitest'
import type { PmConfigOverrides } from '../../../src/pm/index.ts'
import { defaultPmConfig, definePmConfig, PmConfigError } from '../../../src/pm/index.ts'

describe('the configuration', () => {
  it('is the default with some constants replaced', () => {
    const config = definePmConfig({ plan: { stopAtr: 3 }, regime: { driverWeight: { btc: 2 } } })
    expect(config.plan).toEqual({ ...defaultPmConfig.plan, stopAtr: 3 })
    expect(config.regime.driverWeight).toEqual({ ...defaultPmConfig.regime.driverWeight, btc: 2 })
    expect(config.indicators).toEqual(defaultPmConfig.indicators)
  })

  it('names every mistake at once, with its path', () => {
    const mistakes = {
      plan: { stopATR: 3, stopAtr: '4' },
      flags: { emergency: { bandAtr: Number.NaN } },
      levels: 7,
      indicators: { slopeBars: 2.5 },
    } as unknown as PmConfigOverrides
    const define = (): unknown => definePmConfig(mistakes)
    expect(define).toThrow(PmConfigError)
    expect(define).toThrow(
      expect.objectContaining({
        problems: [
          'pm.plan.stopATR is not known',
          'pm.plan.stopAtr must be a finite number, not "4"',
          'pm.flags.emergency.bandAtr must be a finite number, not NaN',
          'pm.levels must be a section, not 7',
          'pm.indicators.slopeBars must be a whole number from 1 on, not 2.5',
        ],
      }),
    )
  })
})
