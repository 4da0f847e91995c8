import { describe, expect, it } from 'vitest'
import { momentArgument } from '../../../src/cli/arguments/moment.ts'

describe('a time on the command line', () => {
  it.each([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2026-01-05T10:30', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05 10:30', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05T10:30:15.250Z', Date.UTC(2026, 0, 5, 10, 30, 15, 250)],
    ['2026-01-05T10:30:00+02:00', Date.UTC(2026, 0, 5, 8, 30)],
    ['2026-01-05T10:30-0500', Date.UTC(2026, 0, 5, 15, 30)],
    [' 1767571200000 ', 1_767_571_200_000],
  ])('%s is read, as UTC unless it says otherwise', (text, ms) => {
    expect(momentArgument(text)).toBe(ms)
  })

  it.each(['', 'now', '2026', '2026-13-01', '2026-01-05T25:00', '05.01.2026', '1767571200', '-5', '2026-01-05Z'])(
    '"%s" is none',
    (text) => {
      expect(() => momentArgument(text)).toThrow('Expected a time')
    },
  )
})
