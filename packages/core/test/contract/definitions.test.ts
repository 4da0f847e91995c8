import type { Outcome, Venue } from '@portolan/core'
import {
  DEFAULT_CAPABILITIES,
  defineSimulator,
  defineVenue,
  isFinal,
  isSimulatorDefinition,
  isVenueDefinition,
  parseDecimal,
  resolveCapabilities,
} from '@portolan/core'
import { describe, expect, it } from 'vitest'

const noOptions = {
  '~standard': { version: 1, vendor: 'portolan-test', validate: () => ({ value: {} }) },
} as const

const venue = defineVenue({
  name: 'acme',
  contract: 1,
  key: { tokenChain: 'acme', bookId: 'spot' },
  capabilities: { cancel: true },
  options: noOptions,
  create: (): Venue => {
    throw new Error('not created in this test')
  },
})
const simulator = defineSimulator({
  name: 'acme',
  contract: 1,
  options: noOptions,
  start: () => Promise.reject(new Error('not started in this test')),
})

describe('a definition', () => {
  it('is told from anything else, also across copies of core', () => {
    expect(isVenueDefinition(venue)).toBe(true)
    expect(isSimulatorDefinition(simulator)).toBe(true)
    expect(isVenueDefinition(simulator)).toBe(false)
    expect(isSimulatorDefinition(venue)).toBe(false)
    expect(isVenueDefinition({ [Symbol.for('portolan.venue')]: true })).toBe(true)
    for (const other of [null, undefined, 'acme', {}, () => venue]) expect(isVenueDefinition(other)).toBe(false)
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(venue)).toBe(true)
    expect(Object.isFrozen(simulator)).toBe(true)
  })
})

describe('capabilities', () => {
  it('have the documented default where a package says nothing', () => {
    expect(resolveCapabilities({})).toEqual(DEFAULT_CAPABILITIES)
    expect(resolveCapabilities(venue.capabilities)).toEqual({ ...DEFAULT_CAPABILITIES, cancel: true })
  })
})

describe('an outcome', () => {
  const filled = { orderId: '1', filled: parseDecimal('1'), averagePrice: parseDecimal('2') }
  const outcomes: readonly (readonly [Outcome, boolean])[] = [
    [{ kind: 'filled', ...filled }, true],
    [{ kind: 'partial', ...filled }, true],
    [{ kind: 'rejected', reason: 'other', message: '' }, true],
    [{ kind: 'expired', cause: 'time', message: '' }, true],
    [{ kind: 'resting', orderId: '1', filled: parseDecimal('0') }, false],
    [{ kind: 'unknown', message: '' }, false],
  ]
  it.each(outcomes)('%o is final: %s', (outcome, final) => expect(isFinal(outcome)).toBe(final))
})
