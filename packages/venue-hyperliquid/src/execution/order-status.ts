/** What a status of the venue says about an order. `unrecognised` says nothing: it must be asked about again. */
export type StatusClass = 'open' | 'filled' | 'cancelled' | 'rejected' | 'unrecognised'

/**
 * Classes of the venue's order statuses. New ones appear, and all so far end in what they are.
 * Source: the venue's page on info requests; `iocCancelRejected` is a reject despite its name.
 */
export function classOfStatus(status: string): StatusClass {
  if (status === 'open' || status === 'triggered') return 'open'
  if (status === 'filled') return 'filled'
  if (status === 'rejected' || status.endsWith('Rejected')) return 'rejected'
  if (status === 'canceled' || status.endsWith('Canceled') || status.endsWith('Cancel')) return 'cancelled'
  return 'unrecognised'
}
