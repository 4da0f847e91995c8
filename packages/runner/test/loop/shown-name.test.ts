import type { Instrument } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { expect, it } from 'vitest'
import { shownName } from '../../src/loop/shown-name.ts'

const called = (base: string) => ({ base }) as Instrument

it.each([
  ['BTC', 'BTC', 'BTC'],
  ['xyz:SP500', 'SP500', 'xyz:SP500'],
  ['CwiMSCDai9odoaqqtCbKgKzUv9cHUSdDcffQaas2qTe1', 'ENSIGN', 'ENSIGN'],
])('%s, whose asset is %s, is shown as %s', (id, base, shown) => {
  expect(shownName(instrumentId(id), called(base))).toBe(shown)
})

it('an address of which nothing is known is shown as it is', () => {
  const mint = instrumentId('CwiMSCDai9odoaqqtCbKgKzUv9cHUSdDcffQaas2qTe1')
  expect(shownName(mint, null)).toBe(mint)
})
