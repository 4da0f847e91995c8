import type { Clock } from '@portolan/core'
import type { Store } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store.ts'
import type { FaultRates } from './fault-rates.ts'
import type { ProcessLife } from './process-life.ts'

export interface FaultyStoreOptions {
  readonly store: Store
  readonly life: ProcessLife
  readonly clock: Clock
  readonly random: () => number
  /** Asked at each call. */
  readonly rates: () => FaultRates
}

/** Without these nothing can be lost, and nothing is worth dying for. */
const READS = new Set<PropertyKey>([
  'instruments',
  'trades',
  'bars',
  'positions',
  'steps',
  'openIntents',
  'bookedFillIds',
  'bookedChargeIds',
  'fills',
  'charges',
  'cursor',
  'regimeReadings',
  'tradeResults',
  'intentDeltas',
  'tradingOrders',
  'profitMarks',
  'story',
  'intents',
  'findOrders',
])

/**
 * The store as one process sees it over a bad connection: slow, refusing, breaking before or after a write took place; and the process may die at either
 * moment. What was written stays written.
 */
export function faultyStore(options: FaultyStoreOptions): Store {
  const { store, life, clock, random, rates } = options
  const call = async (method: keyof Store, args: readonly unknown[]): Promise<unknown> => {
    await life.proceed()
    const rate = rates()
    if (random() < rate.storeSlow) await clock.sleep(1 + random() * rate.storeSlowMs)
    if (random() < rate.crash) life.end()
    await life.proceed()
    if (random() < rate.storeRefuses) throw new StoreError('failed', 'disk full (simulated)')
    const breaks = random() < rate.storeBreaks
    const afterWrite = READS.has(method) || random() < 0.5
    if (breaks && !afterWrite) throw new StoreError('unreachable', 'the connection broke (simulated)')
    const run = store[method] as unknown as (...args: unknown[]) => Promise<unknown>
    const result = await run.apply(store, [...args])
    if (random() < rate.crash) life.end()
    await life.proceed()
    if (breaks) throw new StoreError('unreachable', 'the connection broke (simulated)')
    return result
  }
  return new Proxy(store, {
    get(target, name, receiver) {
      if (name === Symbol.asyncDispose) return async () => undefined
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function' || typeof name === 'symbol') return value
      if (name === 'claim') {
        return async (...args: Parameters<Store['claim']>) => {
          await life.proceed()
          const claim = await store.claim(...args)
          life.onClaim(() => void claim[Symbol.asyncDispose]())
          return claim
        }
      }
      return (...args: readonly unknown[]) => call(name as keyof Store, args)
    },
  })
}
