import type { Clock, Outcome, SealedOrder, Venue, VenueDefinition, VenueEvent } from '@portolan/core'
import { defineVenue } from '@portolan/core'
import type { Setup } from '../../src/registry/index.ts'
import type { Store } from '../../src/store/store.ts'
import type { ProcessLife } from './process-life.ts'
import type { Sabotage } from './world.ts'

const IMPATIENCE_MS = 3_000

/** Mistakes of real trading systems, planted to see whether the simulation finds them. */
export const SABOTAGES = {
  /** The order goes out while its row is still on its way to the disk. */
  'send before persist': { store: laggingStore },
  /** What was not answered counts as refused. */
  'timeout as failed': adapter((outcome) => unless(outcome, { kind: 'rejected', reason: 'other', message: 'timeout' })),
  /** What was not answered counts as expired, so that the next attempt is quoted anew at once. */
  're-quote before expiry': adapter((outcome) =>
    unless(outcome, { kind: 'expired', cause: 'time', message: 'no answer' }),
  ),
  /** Each time a fill is told it looks like another one. */
  'fill without id': renamedFills(),
} as const satisfies Readonly<Record<string, Sabotage>>

function unless(outcome: Outcome, instead: Outcome): Outcome {
  return outcome.kind === 'unknown' ? instead : outcome
}

/** The writes before an order goes out are acknowledged at once and made a moment later, unless the process dies. */
function laggingStore(store: Store, life: ProcessLife): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (name !== 'markSubmitting' || typeof value !== 'function') return value
      return async (...args: Parameters<Store['markSubmitting']>) => {
        void (async () => {
          for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
          if (life.alive) await target.markSubmitting(...args)
        })()
      }
    },
  })
}

/** Changes what the adapter answers about orders. */
function adapter(change: (outcome: Outcome) => Outcome): Sabotage {
  return onVenue((venue, clock) => {
    const { execution } = venue
    if (execution === undefined) return venue
    return overlaid<Venue>(venue, {
      execution: overlaid(execution, {
        submit: async (order: SealedOrder, signal: AbortSignal) =>
          change(await Promise.race([execution.submit(order, signal).catch(unknown), impatience(clock)])),
        lookup: async (order: SealedOrder, signal: AbortSignal) => change(await execution.lookup(order, signal)),
      }),
    })
  })
}

/** Who waits no longer for an answer. */
async function impatience(clock: Clock): Promise<Outcome> {
  await clock.sleep(IMPATIENCE_MS)
  return unknown('no answer in time')
}

function unknown(error: unknown): Outcome {
  return { kind: 'unknown', message: String(error) }
}

/** Fills get a new id whenever they are read or told. */
function renamedFills(): Sabotage {
  let count = 0
  const renamed = <F extends { readonly id: string }>(fill: F): F => {
    count += 1
    return { ...fill, id: `${fill.id}#${count}` }
  }
  return onVenue(
    (venue) => {
      const { account } = venue
      if (account === undefined) return venue
      const fills = async (cursor: string | null, signal: AbortSignal) => {
        const answer = await account.fills(cursor, signal)
        return { ...answer, fills: answer.fills.map(renamed) }
      }
      return overlaid<Venue>(venue, { account: overlaid(account, { fills }) })
    },
    (event) => (event.type === 'fill' ? { ...event, fill: renamed(event.fill) } : event),
  )
}

/** An object with some members replaced; the methods that stay run on the object itself. */
function overlaid<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(of, name) {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name)
      const value: unknown = Reflect.get(of, name, of)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
}

function onVenue(
  change: (venue: Venue, clock: Clock) => Venue,
  told: (event: VenueEvent) => VenueEvent = (event) => event,
): Sabotage {
  const sabotaged = (definition: VenueDefinition): VenueDefinition =>
    defineVenue({
      ...definition,
      create: (context) =>
        change(definition.create({ ...context, emit: (event) => context.emit(told(event)) }), context.clock),
    })
  return {
    setup: (setup: Setup) => ({
      ...setup,
      venues: setup.venues.map((venue) => ({ ...venue, definition: sabotaged(venue.definition) })),
    }),
  }
}
