import { describe, expect, it } from 'vitest'
import { requireLiveConfirmation } from '../../src/registry/index.ts'
import { venueEntry } from '../discovery/fixture-packages.ts'
import { discovered } from './fixture-venues.ts'

const real = discovered(0)
const simulated = discovered(1, { label: 'sim', options: { value: { network: 'simulator' } } })
const feed = discovered(2, { entry: venueEntry({ use: 'acme', label: 'feed', roles: ['data'] }) })

describe('real orders', () => {
  it('need --live as well as the mode, and the text says what would trade where', () => {
    expect(() => requireLiveConfirmation([real, simulated], 'live', false)).toThrow(
      /acme\/spot "default" on mainnet: add --live/,
    )
    expect(() => requireLiveConfirmation([real], 'live', true)).not.toThrow()
  })

  it('need nothing more in other modes, on a simulator, or for data', () => {
    for (const mode of ['paper', 'dry-run', 'replay', 'backtest'] as const) {
      expect(() => requireLiveConfirmation([real], mode, false)).not.toThrow()
    }
    expect(() => requireLiveConfirmation([simulated, feed], 'live', false)).not.toThrow()
  })

  it('are refused while nobody knows where they would go', () => {
    expect(() => requireLiveConfirmation([discovered(0, { options: null })], 'live', false)).toThrow('not yet known')
  })
})
