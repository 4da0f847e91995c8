const HOUR = 3_600_000
const FIRST_BAR = Date.UTC(2025, 0, 1)

/** Hourly bars of a made-up market that goes up and down in long waves, the same each time. */
export function barFile(count: number): string {
  const rows = ['ts,open,high,low,close,volume']
  let open = 100
  for (let index = 0; index < count; index += 1) {
    const wave = Math.sin(index / 90) * 0.002 + Math.sin(index / 11) * 0.003
    const close = open * (1 + wave)
    const high = Math.max(open, close) * 1.001
    const low = Math.min(open, close) * 0.999
    const volume = 100 + 50 * Math.sin(index / 7)
    rows.push(
      [FIRST_BAR + index * HOUR, ...[open, high, low, close, volume].map((value) => value.toFixed(4))].join(','),
    )
    open = Number(close.toFixed(4))
  }
  return `${rows.join('\n')}\n`
}
