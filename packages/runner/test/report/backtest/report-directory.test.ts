import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { REPORT_KIND } from '../../../src/report/backtest/backtest-report.ts'
import { ReportDirectory, ReportDirectoryError } from '../../../src/report/backtest/report-directory.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portolan-report-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function writeReport(directory: string, text: string): void {
  using report = new ReportDirectory(directory)
  writeFileSync(report.path('decisions'), text)
  writeFileSync(report.path('fills'), '')
  writeFileSync(report.path('report'), JSON.stringify({ kind: REPORT_KIND }))
  report.complete()
}

describe('the directory of a report', () => {
  it('appears when it is complete, and not before', () => {
    const out = join(root, 'deep', 'out')
    using report = new ReportDirectory(out)
    writeFileSync(report.path('decisions'), 'x\n')
    expect(existsSync(out)).toBe(false)
    report.complete()
    expect(readdirSync(out)).toEqual(['decisions.jsonl'])
    expect(readdirSync(join(root, 'deep'))).toEqual(['out'])
  })

  it('leaves nothing behind when it is not completed, and an earlier report as it was', () => {
    const out = join(root, 'out')
    writeReport(out, 'first\n')
    {
      using report = new ReportDirectory(out)
      writeFileSync(report.path('decisions'), 'second\n')
    }
    expect(readdirSync(root)).toEqual(['out'])
    expect(readFileSync(join(out, 'decisions.jsonl'), 'utf8')).toBe('first\n')
  })

  it('replaces an earlier report and takes an empty directory', () => {
    const out = join(root, 'out')
    mkdirSync(out)
    writeReport(out, 'first\n')
    writeReport(out, 'second\n')
    expect(readFileSync(join(out, 'decisions.jsonl'), 'utf8')).toBe('second\n')
    expect(readdirSync(root)).toEqual(['out'])
  })

  it.each([
    [
      'a directory with something else in it',
      (out: string) => {
        mkdirSync(out)
        writeFileSync(join(out, 'thesis.txt'), 'years of work')
      },
    ],
    [
      'an earlier report with something else beside it',
      (out: string) => {
        writeReport(out, 'first\n')
        writeFileSync(join(out, 'notes.txt'), 'mine')
      },
    ],
    [
      'a report of something else',
      (out: string) => {
        mkdirSync(out)
        writeFileSync(join(out, 'report.json'), '{"kind":"other"}')
      },
    ],
    ['a file', (out: string) => writeFileSync(out, 'text')],
  ])('refuses to replace %s', (_what, make) => {
    const out = join(root, 'out')
    make(out)
    const before = readdirSync(root)
    expect(() => new ReportDirectory(out)).toThrow(ReportDirectoryError)
    expect(() => new ReportDirectory(out)).toThrow(out)
    expect(readdirSync(root)).toEqual(before)
  })
})
