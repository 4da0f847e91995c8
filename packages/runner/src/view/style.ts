import pc from 'picocolors'
import { cut, oneLine, pad, widthOf } from './format/fit.ts'

/** What a piece of text means; how that looks is decided by {@link createPainter}. */
export type Style = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'warning' | 'title'

/** A piece of a line. The text is made printable when it is painted. */
export interface Span {
  readonly text: string
  readonly style?: Style
}

export type Line = readonly Span[]

/** Turns lines into text for a terminal. */
export interface Painter {
  /** Cut to so many columns. */
  line(spans: Line, columns: number): string
  /** Exactly so many columns. */
  cell(span: Span, columns: number, align: 'left' | 'right'): string
}

/** @param colours `false` for plain text without escape codes. */
export function createPainter(colours: boolean): Painter {
  const c = pc.createColors(colours)
  const paint: Readonly<Record<Style, (text: string) => string>> = {
    plain: (text) => text,
    strong: c.bold,
    quiet: c.dim,
    good: c.green,
    bad: c.red,
    warning: c.yellow,
    title: (text) => c.bold(c.cyan(text)),
  }
  return {
    line(spans, columns) {
      let left = columns
      let text = ''
      for (const span of spans) {
        if (left <= 0) break
        const shown = cut(printable(span.text), left)
        left -= widthOf(shown)
        text += paint[span.style ?? 'plain'](shown)
      }
      return text
    },
    cell(span, columns, align) {
      return paint[span.style ?? 'plain'](pad(cut(printable(span.text), columns), columns, align))
    },
  }
}

/** Keeps the blanks around a span, which {@link oneLine} would trim. */
function printable(text: string): string {
  const inner = oneLine(text)
  if (inner === '') return text.trim() === '' ? text.replace(/[^ ]/g, ' ') : ''
  const before = /^ */.exec(text)?.[0] ?? ''
  const after = / *$/.exec(text)?.[0] ?? ''
  return before + inner + after
}

/** How a profit looks. */
export function profitStyle(usd: number): Style {
  if (usd >= 0.005) return 'good'
  return usd <= -0.005 ? 'bad' : 'plain'
}
