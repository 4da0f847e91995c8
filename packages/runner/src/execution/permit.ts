import type { OrderRequest, VenueKey } from '@portolan/core'

/** An order on its way out. */
export interface PermitRequest {
  readonly request: OrderRequest
  readonly intentId: string
  readonly positionId: string
  readonly venue: VenueKey
  readonly label: string
  /** It sells all that the position holds, under a rule of exits. */
  readonly isExit: boolean
  /** A person, or a loss limit, had it sold off. */
  readonly ordered: boolean
  /** 1 for the first order of the intent. */
  readonly attempt: number
  /** ms by the runner's clock. */
  readonly at: number
}

export type Permission =
  | { readonly kind: 'allowed' }
  /** Nothing is sent. `reason` is a stable code, `message` a sentence for a person. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }

/** The last word before an order is stored and sent: asked for each of them, also for those that follow another one of the same intent. */
export type Permit = (order: PermitRequest) => Permission | Promise<Permission>

export const ALLOW_ALL: Permit = () => ({ kind: 'allowed' })
