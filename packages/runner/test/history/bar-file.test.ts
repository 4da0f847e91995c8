import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BarFile } from '../../src/history/bar-file.ts'

const ROW = (hour: number) => `${1_767_225_600_000 + hour * 3_600_000},1,1,1,1,0\n`

it('a file of bars is read again when somebody appended to it; what cannot be read leaves what was known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bars-'))
  try {
    const path = join(folder, 'bars.csv')
    expect(() => new BarFile(path, '1h')).toThrow('there is no such file')
    writeFileSync(path, `ts,open,high,low,close,volume\n${ROW(0)}`)
    const file = new BarFile(path, '1h')
    const first = file.bars
    file.refresh()
    expect(file.bars).toBe(first)
    appendFileSync(path, ROW(1))
    file.refresh()
    expect(file.bars).toHaveLength(2)
    appendFileSync(path, '176')
    expect(() => file.refresh()).toThrow('line 4')
    expect(() => file.refresh()).not.toThrow()
    expect(file.bars).toHaveLength(2)
    rmSync(path)
    expect(() => file.refresh()).toThrow('there is no such file')
    expect(file.bars).toHaveLength(2)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
