/** The first half of a text. */
export function halfOf(text: string): string {
  return text.slice(0, Math.ceil(text.length / 2))
}

/** A text with one character changed, so that it is no JSON any more. */
export function corrupted(text: string): string {
  const at = Math.max(0, text.indexOf(':'))
  return `${text.slice(0, at)}\u0000${text.slice(at + 1)}`
}
