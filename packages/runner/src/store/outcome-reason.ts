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
