import stringWidth from 'string-width'

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Control characters, which a text from outside could move the cursor or recolour the terminal with. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu

/** One line of printable text: whatever a venue or a file said cannot control the terminal. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, ' ').trim()
}

/** Columns that a text takes up in a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Cuts a text to so many columns, with `…` where something is missing. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns < 1) return ''
  let kept = ''
  let used = 0
  for (const { segment } of SEGMENTS.segment(text)) {
    const width = widthOf(segment)
    if (used + width > columns - 1) break
    kept += segment
    used += width
  }
  return `${kept}…`
}

/** Fills a text up with blanks to so many columns. */
export function pad(text: string, columns: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + blanks : blanks + text
}
