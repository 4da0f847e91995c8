/** What an instrument's market data are worth at present. */
export type DataState =
  | { readonly kind: 'unwanted' }
  /** Its stream has not begun, or has to show first that nothing was missed. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'live' }
  /** The venue does not let one subscribe to it: it is polled, and tried again after `until`, ms. */
  | { readonly kind: 'refused'; readonly why: string; readonly until: number }
  /** Beyond the subscription limit. `readAt`: last reading, ms; `null` before the first. */
  | { readonly kind: 'polled'; readonly readAt: number | null; readonly everyMs: number }
