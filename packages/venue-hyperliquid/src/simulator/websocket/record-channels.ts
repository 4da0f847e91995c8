import { findOrder } from '../engine/account.ts'
import { frontendOrder } from '../engine/order.ts'
import type { Channel, ChannelContext } from './channel.ts'

interface OfUser {
  readonly user: string
}

/** Transfers: those so far, then each as it is made. */
export function ledgerChannel(context: ChannelContext, { user }: OfUser): Channel {
  const channel = 'userNonFundingLedgerUpdates'
  return {
    open() {
      const nonFundingLedgerUpdates = (context.kernel.access.mention(user)?.ledger ?? []).slice(-500)
      return [{ channel, data: { isSnapshot: true, user, nonFundingLedgerUpdates } }]
    },
    onEvent(event) {
      if (event.kind !== 'ledger' || event.account.address !== user) return []
      return [{ channel, data: { user, nonFundingLedgerUpdates: [event.update] } }]
    },
  }
}

/** Orders in their long form: those so far, then each as it changes. */
export function historicalOrdersChannel(context: ChannelContext, { user }: OfUser): Channel {
  const channel = 'userHistoricalOrders'
  return {
    open() {
      const orders = context.kernel.access.mention(user)?.orders ?? []
      const orderHistory = orders
        .slice(-2000)
        .map((order) => ({ order: frontendOrder(order), status: order.status, statusTimestamp: order.statusTimestamp }))
        .reverse()
      return [{ channel, data: { isSnapshot: true, user, orderHistory } }]
    },
    onEvent(event) {
      if (event.kind !== 'orders' || event.account.address !== user) return []
      const orderHistory = event.updates.flatMap(({ order: { oid }, status, statusTimestamp }) => {
        const order = findOrder(event.account, oid)
        return order === undefined ? [] : [{ order: frontendOrder(order), status, statusTimestamp }]
      })
      return [{ channel, data: { user, orderHistory } }]
    },
  }
}

/** What the venue wants a person to read. */
export function notificationChannel({ user }: OfUser): Channel {
  return {
    open: () => [],
    onEvent: (event) =>
      event.kind === 'notification' && event.account.address === user
        ? [{ channel: 'notification', data: { notification: event.text } }]
        : [],
  }
}
