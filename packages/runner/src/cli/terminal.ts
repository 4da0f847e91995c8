import pc from 'picocolors'
import type { Line } from '../view/style.ts'
import { createPainter } from '../view/style.ts'
import type { Column } from '../view/table.ts'
import { renderTable } from '../view/table.ts'

/** Columns where there is no terminal to fit into. */
const UNBOUNDED = 10_000

/** Where a command reads its surroundings from and writes to. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** From which paths of the command line are resolved. */
  readonly cwd: string
  /** Whether standard output understands colours. */
  readonly colours: boolean
}

/** The process's own. `pnpm` runs scripts in the workspace's folder and tells in INIT_CWD where it was called. */
export function processTerminal(): Terminal {
  const { INIT_CWD } = process.env
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: INIT_CWD === undefined || INIT_CWD === '' ? process.cwd() : INIT_CWD,
    colours: pc.isColorSupported && process.stdout.isTTY,
  }
}

/** Writes lines to standard output. */
export function print(terminal: Terminal, lines: readonly Line[]): void {
  const painter = createPainter(terminal.colours)
  for (const line of lines) terminal.stdout.write(`${painter.line(line, Number.POSITIVE_INFINITY)}\n`)
}

/** Writes a value as JSON to standard output, for programs. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Writes a table that fits the terminal to standard output; `none` when there is nothing in it. */
export function printTable<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  none: string,
): void {
  const width = terminal.stdout.columns ?? UNBOUNDED
  const lines = rows.length === 0 ? [none] : renderTable(columns, rows, width, createPainter(terminal.colours))
  terminal.stdout.write(`${lines.join('\n')}\n`)
}
