import type { Account } from '../engine/account.ts'
import { twapRecord, twapState } from '../engine/twap.ts'
import { dexOf } from '../market/listing.ts'
import type { Channel, ChannelContext, Frame } from './channel.ts'

interface OfUser {
  readonly user: string
}

/** The running TWAPs of a dex, whole again whenever one of them changes. */
export function twapStatesChannel(
  context: ChannelContext,
  { user, dex = '' }: OfUser & { readonly dex?: string },
): Channel {
  const frame = (): Frame => {
    const account = context.kernel.access.mention(user)
    return { channel: 'twapStates', data: { dex, user, states: account === undefined ? [] : statesOf(account, dex) } }
  }
  return {
    open: () => [frame()],
    onEvent(event) {
      const concerned = event.kind === 'twap' || event.kind === 'twapFills'
      return concerned && event.account.address === user ? [frame()] : []
    },
  }
}

function statesOf(account: Account, dex: string) {
  return account.twaps
    .filter(({ status, coin }) => status === 'activated' && dexOf(coin) === dex)
    .map((twap) => [twap.id, twapState(account, twap)])
}

/** Every start and end of a TWAP. */
export function twapHistoryChannel(context: ChannelContext, { user }: OfUser): Channel {
  return {
    open() {
      const account = context.kernel.access.mention(user)
      const history = account?.twaps.map((twap) => twapRecord(account, twap)).reverse() ?? []
      return [{ channel: 'userTwapHistory', data: { isSnapshot: true, user, history } }]
    },
    onEvent(event) {
      if (event.kind !== 'twap' || event.account.address !== user) return []
      return [{ channel: 'userTwapHistory', data: { user, history: [twapRecord(event.account, event.twap)] } }]
    },
  }
}

/** Fills of slices, which `userFills` does not tell. */
export function twapSliceFillsChannel(context: ChannelContext, { user }: OfUser): Channel {
  return {
    open() {
      const fills = context.kernel.access.mention(user)?.twapFills ?? []
      return [
        {
          channel: 'userTwapSliceFills',
          data: { isSnapshot: true, user, twapSliceFills: fills.slice(-2000).reverse() },
        },
      ]
    },
    onEvent(event) {
      if (event.kind !== 'twapFills' || event.account.address !== user) return []
      const twapSliceFills = event.fills.map((fill) => ({ fill, twapId: event.twapId }))
      return [{ channel: 'userTwapSliceFills', data: { user, twapSliceFills } }]
    },
  }
}
