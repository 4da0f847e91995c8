const GROUPED = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Figures that a price or quantity below 1,000 is shown with. */
const SHOWN_FIGURES = 6

/** `1,234.50`; USD. */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return '–'
  return GROUPED.format(Math.abs(usd) < 0.005 ? 0 : usd)
}

/** `+1,234.50`, `-3.20`, `0.00`; USD. */
export function formatSignedUsd(usd: number): string {
  const text = formatUsd(usd)
  return usd >= 0.005 && Number.isFinite(usd) ? `+${text}` : text
}

/** A price or quantity for reading: enough figures to see it move, never an exponent. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1000) return new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }).format(value)
  const decimals = Math.min(18, Math.max(2, SHOWN_FIGURES - 1 - Math.floor(Math.log10(size))))
  return value
    .toFixed(decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** A score in [0, 1], `0.62`. */
export function formatScore(score: number | null): string {
  return score === null || !Number.isFinite(score) ? '–' : score.toFixed(2)
}

/** `+12.3%` of a share. */
export function formatSignedPercent(share: number): string {
  if (!Number.isFinite(share)) return '–'
  const text = (share * 100).toFixed(2)
  return share > 0 ? `+${text}%` : `${text}%`
}

/** `12.3%` of a share. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : '–'
}
