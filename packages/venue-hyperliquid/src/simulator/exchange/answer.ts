/** What `/exchange` answers with HTTP 200. */
export type Answer =
  | { readonly status: 'ok'; readonly response: { readonly type: string; readonly data?: unknown } }
  | { readonly status: 'err'; readonly response: string }

export const DONE: Answer = { status: 'ok', response: { type: 'default' } }

export function refused(text: string): Answer {
  return { status: 'err', response: text }
}

/** Per-element statuses of orders and cancels. */
export function statuses(type: 'order' | 'cancel', list: readonly unknown[]): Answer {
  return { status: 'ok', response: { type, data: { statuses: list } } }
}
