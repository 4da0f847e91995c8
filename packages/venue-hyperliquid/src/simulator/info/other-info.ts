import { Decimal } from 'decimal.js'
import { BASE_FEES } from '../../reference/index.ts'
import { decimalText } from '../engine/decimal-text.ts'
import { accountMargin } from '../engine/margin.ts'
import { DAY_MS } from '../market/coin-path.ts'
import { clearinghouseView, frontendOrdersView, spotView } from '../views/account-view.ts'
import { contextView, metaView } from '../views/meta-view.ts'
import type { InfoContext, InfoHandler } from './info-context.ts'
import { userAddress, userOf } from './info-context.ts'

const nothing: InfoHandler = (context, query) => {
  userAddress(query)
  userOf(context, query)
  return []
}

/** Clients read the spot universe before they do anything; one pair keeps them happy. Spot itself is not simulated. */
const SPOT_META = {
  universe: [{ tokens: [1, 0], name: 'PURR/USDC', index: 0, isCanonical: true }],
  tokens: [spotToken('USDC', 8, 8, 0), spotToken('PURR', 0, 5, 1)],
}

const SPOT_CONTEXT = {
  prevDayPx: '0.2',
  dayNtlVlm: '0.0',
  markPx: '0.2',
  midPx: '0.2',
  circulatingSupply: '595000000.0',
  coin: 'PURR/USDC',
  totalSupply: '595000000.0',
  dayBaseVlm: '0.0',
}

/** Queries that clients make in passing: answered in shape, with the little there is to say. */
export const OTHER_INFO: Readonly<Record<string, InfoHandler>> = {
  spotMeta: () => SPOT_META,
  spotMetaAndAssetCtxs: () => [SPOT_META, [SPOT_CONTEXT]],
  perpDexs: () => [null],
  perpsAtOpenInterestCap: () => [],
  perpCategories: () => [],
  vaultSummaries: () => [],
  leadingVaults: nothing,
  approvedBuilders: nothing,
  outcomeMeta: () => ({ outcomes: [], questions: [] }),
  userFees: (context, query) => userFees(context, userAddress(query)),
  portfolio: (context, query) => portfolio(context, userAddress(query)),
  userAbstraction: (context, query) => {
    userOf(context, query)
    return 'disabled'
  },
  userDexAbstraction: () => false,
  maxBuilderFee: () => 0,
  isVip: () => false,
  legalCheck: () => ({ acceptedTerms: true, userAllowed: true, restrictions: 'n' }),
  referral: (context, query) => ({
    referredBy: null,
    cumVlm: decimalText(userOf(context, query)?.volume ?? new Decimal(0)),
    unclaimedRewards: '0.0',
    claimedRewards: '0.0',
    builderRewards: '0.0',
    referrerState: { stage: 'needToTrade', data: { required: '10000.0' } },
    rewardHistory: [],
    tokenToState: [],
  }),
  userNonFundingLedgerUpdates: nothing,
  userTwapSliceFills: nothing,
  userTwapSliceFillsByTime: nothing,
  twapHistory: nothing,
  userVaultEquities: nothing,
  delegations: nothing,
  delegatorHistory: nothing,
  delegatorRewards: nothing,
  delegatorSummary: () => ({
    delegated: '0.0',
    undelegated: '0.0',
    totalPendingWithdrawal: '0.0',
    nPendingWithdrawals: 0,
  }),
  userToMultiSigSigners: () => null,
  webData2: (context, query) => {
    const { core } = context
    const account = userOf(context, query)
    return {
      clearinghouseState: clearinghouseView(core, account),
      leadingVaults: [],
      totalVaultEquity: '0.0',
      openOrders: frontendOrdersView(account),
      agentAddress: null,
      agentValidUntil: null,
      cumLedger: '0.0',
      meta: metaView(core.market),
      assetCtxs: core.market.listings().map((listing) => contextView(core.market, listing, core.now)),
      serverTime: core.now,
      isVault: false,
      user: userAddress(query),
      twapStates: [],
      spotState: spotView(),
      spotAssetCtxs: [SPOT_CONTEXT],
    }
  },
}

function spotToken(name: string, szDecimals: number, weiDecimals: number, index: number) {
  return {
    name,
    szDecimals,
    weiDecimals,
    index,
    tokenId: `0x${index.toString(16).padStart(32, '0')}`,
    isCanonical: true,
    evmContract: null,
    fullName: null,
    deployerTradingFeeShare: '0.0',
  }
}

function userFees(context: InfoContext, user: string) {
  context.access.mention(user)
  const fees = { cross: BASE_FEES.taker, add: BASE_FEES.maker, spotCross: '0.0007', spotAdd: '0.0004' }
  const day = (ago: number) => new Date(context.core.now - ago * DAY_MS).toISOString().slice(0, 10)
  return {
    dailyUserVlm: Array.from({ length: 15 }, (_, index) => ({
      date: day(14 - index),
      userCross: '0.0',
      userAdd: '0.0',
      exchange: '0.0',
    })),
    feeSchedule: {
      ...fees,
      tiers: { vip: [], mm: [] },
      referralDiscount: '0.04',
      stakingDiscountTiers: [{ bpsOfMaxSupply: '0.0', discount: '0.0' }],
    },
    userCrossRate: fees.cross,
    userAddRate: fees.add,
    userSpotCrossRate: fees.spotCross,
    userSpotAddRate: fees.spotAdd,
    activeReferralDiscount: '0.0',
    trial: null,
    feeTrialEscrow: '0.0',
    nextTrialAvailableTimestamp: null,
    stakingLink: null,
    activeStakingDiscount: { bpsOfMaxSupply: '0.0', discount: '0.0' },
  }
}

function portfolio({ core, access }: InfoContext, user: string) {
  const account = access.mention(user)
  const value = account === undefined ? '0.0' : decimalText(accountMargin(account, core).all.accountValue, 6)
  const volume = account === undefined ? '0.0' : decimalText(account.volume)
  const history = {
    accountValueHistory: [[core.now, value]],
    pnlHistory: [[core.now, '0.0']],
    vlm: volume,
  }
  const periods = ['day', 'week', 'month', 'allTime', 'perpDay', 'perpWeek', 'perpMonth', 'perpAllTime']
  return periods.map((period) => [period, history])
}
