import type { Line, Span } from '../../view/style.ts'

/** Columns of the names in front of the lines. */
const NAME_WIDTH = 11

/** A titled part of an explanation: `rows` are a name and what is said of it. Empty without rows. */
export function section(title: string, rows: readonly (readonly [string, ...Span[]])[]): readonly Line[] {
  if (rows.length === 0) return []
  return [
    [],
    [{ text: title, style: 'title' }],
    ...rows.map(([name, ...spans]): Line => [{ text: `  ${name.padEnd(NAME_WIDTH)}`, style: 'quiet' }, ...spans]),
  ]
}
