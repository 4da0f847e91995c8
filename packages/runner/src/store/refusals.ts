import type { AccountKey, Fence } from './store.ts'
import { StoreError } from './store-error.ts'

// What every store answers to a call that its contents forbid; in one place, so that they all say the same.

export function noPosition(id: string): StoreError {
  return new StoreError('not-found', `no position has the id "${id}"`)
}

export function noIntent(id: string): StoreError {
  return new StoreError('not-found', `no intent has the id "${id}"`)
}

export function noOrder(sealedId: string): StoreError {
  return new StoreError('not-found', `no order was sealed with the id "${sealedId}"`)
}

export function intentIdUsed(id: string): StoreError {
  return new StoreError('conflict', `the intent "${id}" is stored already`)
}

export function intentOfAnother(id: string, positionId: string): StoreError {
  return new StoreError('conflict', `the intent "${id}" is not one of the position "${positionId}"`)
}

export function intentNotPlanned(id: string, state: string): StoreError {
  return new StoreError(
    'conflict',
    `the intent "${id}" is "${state}", neither "planned" nor "retrying": nothing more can be sent or ended for it`,
  )
}

export function sealedIdUsed(sealedId: string): StoreError {
  return new StoreError('conflict', `an order with the id "${sealedId}" is stored already: an id is never used twice`)
}

export function orderNotSealed(sealedId: string, state: string): StoreError {
  return new StoreError('conflict', `the order "${sealedId}" is "${state}", not "sealed": it is not sent again`)
}

export function fillTwice(id: string): StoreError {
  return new StoreError('conflict', `the fill "${id}" is in one booking twice`)
}

export function ambiguousIntent(beginning: string): StoreError {
  return new StoreError('conflict', `more than one intent begins with "${beginning}": give more of its id`)
}

export function claimedAlready(name: string, place: string): StoreError {
  return new StoreError(
    'locked',
    `"${name}" is in use by another runner on ${place}: two must not trade the same positions. End that one first`,
  )
}

export function orderOpen(intentId: string, sealedId: string, state: string): StoreError {
  return new StoreError(
    'conflict',
    `the order "${sealedId}" of the intent "${intentId}" is "${state}": another one may follow only when it is at its end`,
  )
}

export function chargeTwice(id: string): StoreError {
  return new StoreError('conflict', `the charge "${id}" is in one booking twice`)
}

export function accountsMixed(): StoreError {
  return new StoreError('conflict', 'positions of different accounts cannot be booked together')
}

export function fencedOff({ scope, venue, label, token }: Fence): StoreError {
  return new StoreError(
    'fenced',
    `${venue} "${label}" (${scope}) was claimed by another runner after this one (whose claim is number ${token}): this one must stop trading it`,
  )
}

export function otherAccount({ venue, label, scope }: AccountKey): StoreError {
  return new StoreError(
    'conflict',
    `the fence is that of ${venue} "${label}" (${scope}), which is not the account that is written`,
  )
}
