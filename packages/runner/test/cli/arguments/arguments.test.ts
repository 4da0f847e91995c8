import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { durationArgument } from '../../../src/cli/arguments/duration.ts'
import { timeframeArgument, venueKeyArgument } from '../../../src/cli/arguments/names.ts'
import {
  bpsArgument,
  countArgument,
  portArgument,
  scoreArgument,
  usdArgument,
} from '../../../src/cli/arguments/numbers.ts'
import { optionPair } from '../../../src/cli/arguments/option-pairs.ts'

describe('arguments of the command line', () => {
  it.each([
    ['60s', 60_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('read %s as a duration', (text, ms) => {
    expect(durationArgument(text)).toBe(ms)
  })

  it.each(['60', '', 's', '-5s', '0s', '1e3s', '5 minutes'])('refuse "%s" as a duration', (text) => {
    expect(() => durationArgument(text)).toThrow(InvalidArgumentError)
  })

  it.each([
    ['a score', scoreArgument, ['0', '0.5', '1'], ['-0.1', '1.1', 'x', '', 'NaN', 'Infinity']],
    ['basis points', bpsArgument, ['0', '12.5', '9999'], ['-1', '10000', 'five']],
    ['a port', portArgument, ['0', '8080', '65535'], ['65536', '-1', '80.5', 'http']],
    ['a count', countArgument, ['1', '20'], ['0', '-3', '1.5', '1e400']],
    ['an amount', usdArgument, ['1000', '0.01'], ['0', '-5', '1e3', '1,000', 'all']],
    ['a timeframe', timeframeArgument, ['1m', '1d'], ['7m', '1M', '']],
    ['a venue key', venueKeyArgument, ['hyperliquid/perps'], ['hyperliquid', 'a/b/c', '/']],
  ] as const)('bound %s', (_what, read, good, bad) => {
    for (const text of good) expect(() => read(text)).not.toThrow()
    for (const text of bad) expect(() => read(text)).toThrow(InvalidArgumentError)
  })

  it('collect name=value, reading JSON where it is some', () => {
    const first = optionPair('fundUsd=500')
    const second = optionPair('network=testnet', first)
    expect(optionPair('limits.weight=1', second)).toEqual({ fundUsd: 500, network: 'testnet', limits: { weight: 1 } })
    expect(optionPair('note=a=b')).toEqual({ note: 'a=b' })
    expect(() => optionPair('novalue')).toThrow(InvalidArgumentError)
  })
})
