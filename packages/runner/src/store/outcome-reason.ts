import type { Outcome } from '@portolan/core'

/** The sentence that an outcome leaves with its intent. */
export function outcomeReason(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'filled':
    case 'partial':
      return `${outcome.filled} at ${outcome.averagePrice}`
    case 'resting':
      return `rests at the venue, ${outcome.filled} filled`
    case 'rejected':
      return `${outcome.reason}: ${outcome.message}`
    case 'expired':
    case 'unknown':
      return outcome.message
  }
}

/** Why an order came to states that no outcome brought it to. */
export const SEALED = 'signed and stored; nothing was sent'
export const SUBMITTING = 'about to be sent: from here on only the venue can tell'
export const ANOTHER_SEALED = 'another order was sealed in its place; it was never sent'
