import type { Store } from '../store.ts'

/** What other processes may do with the store of a running runner: read, and what a person orders. The books are the runner's alone. */
export const SHARED_METHODS = [
  'instruments',
  'trades',
  'bars',
  'positions',
  'addPosition',
  'setPaused',
  'steps',
  'openIntents',
  'fills',
  'regimeReadings',
  'tradeResults',
  'setIntentDelta',
  'clearIntentDelta',
  'intentDeltas',
  'pastIntentDeltas',
  'saveTradingOrder',
  'tradingOrders',
  'profitMarks',
  'story',
  'intents',
] as const satisfies readonly (keyof Store)[]

export type SharedMethod = (typeof SHARED_METHODS)[number]

/** A store as other processes than its runner see it. */
export type SharedStore = Pick<Store, SharedMethod> & AsyncDisposable

/** Those after which the runner has something new to look at. */
export const ORDERING_METHODS: ReadonlySet<SharedMethod> = new Set<SharedMethod>([
  'addPosition',
  'setPaused',
  'setIntentDelta',
  'clearIntentDelta',
  'saveTradingOrder',
])

export function isSharedMethod(name: string): name is SharedMethod {
  return (SHARED_METHODS as readonly string[]).includes(name)
}
