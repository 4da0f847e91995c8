import { readFileSync } from 'node:fs'
import type { Bar, DecimalString, Timeframe } from '@portolan/core'
import { InvalidDecimalError, parseDecimal, TIMEFRAME_MS, toNumber } from '@portolan/core'
import { CsvError, parse } from 'csv-parse/sync'

const COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const
type Column = (typeof COLUMNS)[number]

/** A bar of a file, with its open price as it was written: fills at the open are exact. */
export interface RecordedBar extends Bar {
  readonly openPrice: DecimalString
}

/** A file of bars cannot be used. Names the file, the line and the column. */
export class BarFileError extends Error {
  override readonly name = 'BarFileError'
  readonly file: string
  /** 1-based line in the file; `null` when it is about the whole file. */
  readonly line: number | null
  constructor(file: string, line: number | null, problem: string, options?: { readonly cause?: unknown }) {
    super(line === null ? `${file}: ${problem}` : `${file}, line ${line}: ${problem}`, options)
    this.file = file
    this.line = line
  }
}

/**
 * Reads bars from a CSV file with the header `ts,open,high,low,close,volume` (further columns are ignored): `ts` = open time in ms UTC, aligned to
 * the timeframe and ascending; volume in base units. Every row is checked; the first wrong one is named.
 * @throws {BarFileError}
 */
export function readBarFile(file: string, timeframe: Timeframe): readonly RecordedBar[] {
  const rows = parseRows(file, readText(file))
  if (rows.length === 0) throw new BarFileError(file, null, 'holds no bars')
  const bars: RecordedBar[] = []
  for (const { line, record } of rows) {
    const bar = readBar(file, line, record, timeframe)
    const previous = bars.at(-1)
    if (previous && bar.ts <= previous.ts) {
      const how = bar.ts === previous.ts ? 'is the same as on the line before' : 'is earlier than on the line before'
      throw new BarFileError(file, line, `ts ${bar.ts} ${how}; bars must be ascending`)
    }
    bars.push(bar)
  }
  return bars
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    throw new BarFileError(
      file,
      null,
      code === 'ENOENT' ? 'there is no such file' : `cannot be read (${String(code)})`,
      {
        cause: error,
      },
    )
  }
}

interface Row {
  readonly line: number
  readonly record: Readonly<Record<string, string | undefined>>
}

function parseRows(file: string, text: string): Row[] {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      columns: (header: string[]) => {
        const missing = COLUMNS.filter((column) => !header.includes(column))
        if (missing.length > 0) {
          const expected = COLUMNS.join(',')
          throw new BarFileError(
            file,
            1,
            `the header lacks ${missing.join(', ')}; expected ${expected}, found ${header.join(',')}`,
          )
        }
        return header
      },
    })
    return (parsed as { info: { lines: number }; record: Row['record'] }[]).map(({ info, record }) => ({
      line: info.lines,
      record,
    }))
  } catch (error) {
    if (error instanceof BarFileError) throw error
    if (error instanceof CsvError) {
      const line = typeof error.lines === 'number' ? error.lines : null
      throw new BarFileError(file, line, error.message, { cause: error })
    }
    throw error
  }
}

function readBar(file: string, line: number, record: Row['record'], timeframe: Timeframe): RecordedBar {
  const fail = (problem: string): never => {
    throw new BarFileError(file, line, problem)
  }
  const amount = (column: Column): DecimalString => {
    const text = record[column] ?? ''
    try {
      return parseDecimal(plain(text))
    } catch (error) {
      if (!(error instanceof InvalidDecimalError)) throw error
      return fail(`${column} is ${text === '' ? 'empty' : `"${text.slice(0, 40)}"`}, not a number`)
    }
  }
  const openPrice = amount('open')
  const bar = {
    ts: toNumber(amount('ts')),
    open: toNumber(openPrice),
    high: toNumber(amount('high')),
    low: toNumber(amount('low')),
    close: toNumber(amount('close')),
    volume: toNumber(amount('volume')),
    openPrice,
  }
  if (!Number.isSafeInteger(bar.ts) || bar.ts < 1e11) fail(`ts ${record.ts} is not a time in ms`)
  if (bar.ts % TIMEFRAME_MS[timeframe] !== 0) fail(`ts ${bar.ts} is not the start of a ${timeframe} bar`)
  for (const column of ['open', 'high', 'low', 'close'] as const) {
    if (!(bar[column] > 0)) fail(`${column} must be above 0, found ${bar[column]}`)
  }
  if (bar.volume < 0) fail(`volume must not be negative, found ${bar.volume}`)
  if (bar.high < Math.max(bar.open, bar.close, bar.low)) fail(`high ${bar.high} is below the open, low or close`)
  if (bar.low > Math.min(bar.open, bar.close)) fail(`low ${bar.low} is above the open or close`)
  return bar
}

/** `1.5e-7`, as some tools write small numbers, in plain digits. Anything else is left as it is. */
function plain(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text)
  if (!match) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (Math.abs(point) > 40) return text
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
