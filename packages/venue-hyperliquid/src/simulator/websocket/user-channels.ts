import type { Account, FundingPayment } from '../engine/account.ts'
import type { EngineEvent } from '../engine/events.ts'
import { twapRecord } from '../engine/twap.ts'
import { aggregated } from '../info/account-info.ts'
import { DEX_NAMES } from '../market/builder-dexes.ts'
import { activeAssetView, clearinghouseView, frontendOrdersView, spotView } from '../views/account-view.ts'
import type { Channel, ChannelContext } from './channel.ts'
import { every } from './market-channels.ts'

/** Fills of the snapshot after a subscription. */
const SNAPSHOT_FILLS = 2000

interface OfUser {
  readonly user: string
}

/** A bare list without a user, and no snapshot: whoever reconnects must ask what happened meanwhile. */
export function orderUpdatesChannel({ user }: OfUser): Channel {
  return {
    open: () => [],
    onEvent: (event) =>
      event.kind === 'orders' && event.account.address === user
        ? [{ channel: 'orderUpdates', data: event.updates }]
        : [],
  }
}

/** Subscribed as `userEvents`, delivered on the channel `user`. */
export function userEventsChannel({ user }: OfUser): Channel {
  return {
    open: () => [],
    onEvent(event) {
      if (!concerns(event, user)) return []
      const data = userEvent(event)
      return data === undefined ? [] : [{ channel: 'user', data }]
    },
  }
}

function userEvent(event: EngineEvent): unknown {
  switch (event.kind) {
    case 'fills':
      return { fills: event.fills }
    case 'funding':
      return { funding: fundingView(event.payment) }
    case 'systemCancel':
      return { nonUserCancel: [{ coin: event.coin, oid: event.oid }] }
    case 'liquidation':
      return {
        liquidation: {
          lid: event.lid,
          liquidator: `0x${'0'.repeat(40)}`,
          liquidated_user: event.account.address,
          liquidated_ntl_pos: event.notional,
          liquidated_account_value: event.accountValue,
        },
      }
    case 'twap':
      return { twapHistory: [twapRecord(event.account, event.twap)] }
    case 'twapFills':
      return { twapSliceFills: event.fills.map((fill) => ({ fill, twapId: event.twapId })) }
    case 'orders':
    case 'ledger':
    case 'notification':
    case 'print':
    case 'delisted':
      return undefined
  }
}

/** A snapshot marked as such; later frames carry no mark. */
export function userFillsChannel(
  context: ChannelContext,
  { user, aggregateByTime }: OfUser & { readonly aggregateByTime: boolean },
): Channel {
  return {
    open() {
      const fills = aggregated(context.kernel.access.mention(user)?.fills ?? [], aggregateByTime)
      return [{ channel: 'userFills', data: { isSnapshot: true, user, fills: fills.slice(-SNAPSHOT_FILLS).reverse() } }]
    },
    onEvent(event) {
      if (event.kind !== 'fills' || event.account.address !== user) return []
      return [{ channel: 'userFills', data: { user, fills: aggregated(event.fills, aggregateByTime) } }]
    },
  }
}

export function userFundingsChannel(context: ChannelContext, { user }: OfUser): Channel {
  return {
    open() {
      const fundings = (context.kernel.access.mention(user)?.fundings ?? []).slice(-500).map(fundingView)
      return [{ channel: 'userFundings', data: { isSnapshot: true, user, fundings } }]
    },
    onEvent(event) {
      if (event.kind !== 'funding' || event.account.address !== user) return []
      return [{ channel: 'userFundings', data: { user, fundings: [fundingView(event.payment)] } }]
    },
  }
}

/** The whole state again every four seconds. */
export function clearinghouseChannel(
  context: ChannelContext,
  { user, dex = '' }: OfUser & { readonly dex?: string },
): Channel {
  const { core, access } = context.kernel
  return every(context, 4000, () => {
    const clearinghouseState = clearinghouseView(core, access.mention(user), dex)
    return [{ channel: 'clearinghouseState', data: { dex, user, clearinghouseState } }]
  })
}

export function allDexsClearinghouseChannel(context: ChannelContext, { user }: OfUser): Channel {
  const { core, access } = context.kernel
  return every(context, 4000, () => {
    const account = access.mention(user)
    const clearinghouseStates = DEX_NAMES.map((dex) => [dex, clearinghouseView(core, account, dex)])
    return [{ channel: 'allDexsClearinghouseState', data: { user, clearinghouseStates } }]
  })
}

export function openOrdersChannel(
  context: ChannelContext,
  { user, dex = '' }: OfUser & { readonly dex?: string },
): Channel {
  return every(context, 4000, () => {
    const orders = frontendOrdersView(context.kernel.access.mention(user), dex)
    return [{ channel: 'openOrders', data: { dex, user, orders } }]
  })
}

export function activeAssetDataChannel(
  context: ChannelContext,
  { user, coin }: OfUser & { readonly coin: string },
): Channel {
  const { core, access } = context.kernel
  return every(context, 1000, () => {
    const account: Account | undefined = access.mention(user)
    return account === undefined ? [] : [{ channel: 'activeAssetData', data: activeAssetView(core, account, coin) }]
  })
}

export function webDataChannel(context: ChannelContext, { user }: OfUser): Channel {
  const { core, access } = context.kernel
  return every(context, 4000, () => {
    const account = access.mention(user)
    const agent = account?.agents.find(({ name }) => name === null)
    const userState = {
      agentAddress: agent?.address ?? null,
      agentValidUntil: agent?.validUntil ?? null,
      cumLedger: '0.0',
      serverTime: core.now,
      isVault: account?.isVault ?? false,
      user,
      abstraction: account?.dexAbstraction === true ? 'dexAbstraction' : 'disabled',
    }
    return [
      { channel: 'webData3', data: { userState, perpDexStates: DEX_NAMES.map(() => ({ totalVaultEquity: '0.0' })) } },
    ]
  })
}

export function spotStateChannel(context: ChannelContext, { user }: OfUser): Channel {
  const { core, access } = context.kernel
  return every(context, 4000, () => [
    { channel: 'spotState', data: { user, spotState: spotView(core, access.mention(user)) } },
  ])
}

function concerns(event: EngineEvent, user: string): boolean {
  return 'account' in event && event.account.address === user
}

function fundingView({ time, coin, usdc, szi, fundingRate }: FundingPayment) {
  return { time, coin, usdc, szi, fundingRate, nSamples: null }
}
