import type { Bar, DecimalString, Trade } from '@portolan/core'

/** Something that happens to a series while it is played, at `at` ms. */
export type TapeEvent = { readonly at: number } & (
  | {
      readonly type: 'trades'
      readonly trades: readonly Trade[]
      /** Whether bars are made of them; else they are prices alone, because a recorded bar stands for their time. */
      readonly build: boolean
    }
  /** A closed bar of the base. */
  | { readonly type: 'bar'; readonly bar: Bar }
  /** The price with which a bar opens whose trades are not there: orders fill at it. */
  | { readonly type: 'open'; readonly price: DecimalString }
  /** The price with which such a bar closes: nobody is to trade at it. */
  | { readonly type: 'close'; readonly price: DecimalString }
  /** The recording goes on, after nothing was recorded since `since`; `null`: there is nothing before. */
  | { readonly type: 'up'; readonly since: number | null }
  /** From `since` on nothing is recorded. */
  | { readonly type: 'down'; readonly since: number }
)

/** Whether an event comes before the bars that end at its time are closed, or opens what comes after. */
export function isBeforeClose(event: TapeEvent): boolean {
  switch (event.type) {
    case 'trades':
    case 'bar':
    case 'close':
      return true
    case 'open':
    case 'up':
      return false
    case 'down':
      // The bar in which the recording breaks off is not whole.
      return event.since < event.at
  }
}
