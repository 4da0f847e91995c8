/** Ways in which the future of a file of bars is changed; the past is left as it is. */
export const ALTERATIONS = ['mirrored', 'scaled', 'noise', 'reversed', 'truncated'] as const

/** One of {@link ALTERATIONS}. `mirrored`: what went up goes down as far. */
export type Alteration = (typeof ALTERATIONS)[number]

interface Prices {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/**
 * The text of a file of bars with everything after a time changed. Rows up to it and further columns are kept to the letter.
 * @param text a file that `readBarFile` takes.
 * @param cut open time of the last bar that stays, ms.
 * @param random in [0, 1), the next one with each call.
 */
export function alterFuture(text: string, cut: number, alteration: Alteration, random: () => number): string {
  const [header = '', ...lines] = text.split(/\r?\n/)
  const names = header.replace(/^\uFEFF/, '').split(',')
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.split(','))
  const column = (name: string): number => names.findIndex((each) => each.trim() === name)
  const at = column('ts')
  const past = rows.filter((row) => Number(row[at]) <= cut)
  const future = rows.filter((row) => Number(row[at]) > cut)
  const changed = change(
    future.map((row) => pricesOf(row, column)),
    closeOf(past.at(-1), column),
    alteration,
    random,
  )
  const written = changed.map((prices, index) => {
    const row = [...(future[index] ?? [])]
    for (const [name, value] of Object.entries(prices)) row[column(name)] = String(value)
    return row
  })
  return [header, ...[...past, ...written].map((row) => row.join(',')), ''].join('\n')
}

function change(future: readonly Prices[], anchor: number, alteration: Alteration, random: () => number): Prices[] {
  switch (alteration) {
    case 'truncated':
      return []
    case 'reversed':
      return future.toReversed().map((bar) => ({ ...bar, open: bar.close, close: bar.open }))
    case 'mirrored': {
      const mirror = (price: number): number => anchor ** 2 / price
      return future.map(({ open, high, low, close, volume }) => ({
        open: mirror(open),
        high: mirror(low),
        low: mirror(high),
        close: mirror(close),
        volume,
      }))
    }
    case 'scaled': {
      const factor = random() < 0.5 ? 0.5 + 0.3 * random() : 1.3 + 0.7 * random()
      return future.map((bar) => scaled(bar, factor))
    }
    case 'noise':
      return future.map((bar) => scaled(bar, 0.9 + 0.2 * random()))
  }
}

function scaled({ open, high, low, close, volume }: Prices, factor: number): Prices {
  return {
    open: open * factor,
    high: high * factor,
    low: low * factor,
    close: close * factor,
    volume: volume * factor,
  }
}

function pricesOf(row: readonly string[], column: (name: string) => number): Prices {
  const of = (name: string): number => Number(row[column(name)])
  return { open: of('open'), high: of('high'), low: of('low'), close: of('close'), volume: of('volume') }
}

function closeOf(row: readonly string[] | undefined, column: (name: string) => number): number {
  return row === undefined ? 1 : Number(row[column('close')])
}
