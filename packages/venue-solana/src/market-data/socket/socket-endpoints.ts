import type { VenueContext } from '@portolan/core'
import type { SolanaOptions } from '../../options.ts'
import type { SocketEndpoint } from './slot-socket.ts'

const MINUTE_MS = 60_000

/** The nodes that can be listened to, each with the budgets of its host: entries that listen to the same host share them. */
export function socketEndpoints(context: VenueContext<SolanaOptions>): readonly SocketEndpoint[] {
  const { rpc, sockets } = context.options
  return rpc
    .filter(({ sendOnly }) => !sendOnly)
    .map(({ wsUrl: url }) => {
      const { host } = new URL(url)
      const perMinute = (name: string, capacity: number) =>
        context.budget({ name: `${name} ${host}`, capacity, windowMs: MINUTE_MS, reserve: 0 })
      return {
        url,
        connections: perMinute('socket-connections', sockets.connectionsPerMinute),
        messages: perMinute('socket-messages', sockets.messagesPerMinute),
      }
    })
}
