import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readBarFile } from '../../src/history/csv-bars.ts'
import { ALTERATIONS, alterFuture } from '../../src/lookahead/alteration.ts'
import { seededRandom } from '../../src/lookahead/seeded-random.ts'
import { barFile } from '../cli/bar-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-alteration-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.each(ALTERATIONS)('%s: the past to the letter, another future that is a file of bars', (alteration) => {
  const text = barFile(50)
  const cut = Number(text.split('\n')[30]?.split(',')[0])
  const altered = alterFuture(text, cut, alteration, seededRandom(3))
  expect(altered.split('\n').slice(0, 31)).toEqual(text.split('\n').slice(0, 31))
  expect(altered).not.toBe(text)
  const file = join(folder, 'bars.csv')
  writeFileSync(file, altered)
  expect(readBarFile(file, '1h')).toHaveLength(alteration === 'truncated' ? 30 : 50)
  expect(alterFuture(text, cut, alteration, seededRandom(3))).toBe(altered)
})

it('mirrors what went up into what goes down, and keeps further columns', () => {
  const text = 'note,ts,open,high,low,close,volume\na,0,10,10,10,10,1\nb,60000,10,20,10,20,1\n'
  expect(alterFuture(text, 0, 'mirrored', () => 0)).toBe(
    'note,ts,open,high,low,close,volume\na,0,10,10,10,10,1\nb,60000,10,10,5,5,1\n',
  )
})
