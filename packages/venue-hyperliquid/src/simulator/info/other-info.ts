import { Decimal } from 'decimal.js'
import { decimalText } from '../engine/decimal-text.ts'
import { twapState } from '../engine/twap.ts'
import { address, textOr } from '../exchange/codec.ts'
import { clearinghouseView, frontendOrdersView, spotView } from '../views/account-view.ts'
import { contextsView, metaView } from '../views/meta-view.ts'
import { spotContextsView } from '../views/spot-view.ts'
import { portfolio, userFees } from './fee-info.ts'
import type { InfoHandler } from './info-context.ts'
import { userAddress, userOf } from './info-context.ts'

const nothing: InfoHandler = (context, query) => {
  userAddress(query)
  userOf(context, query)
  return []
}

/** Queries that clients make in passing: answered in shape, with the little there is to say. */
export const OTHER_INFO: Readonly<Record<string, InfoHandler>> = {
  perpsAtOpenInterestCap: () => [],
  perpCategories: () => [],
  approvedBuilders: (context, query) =>
    [...(userOf(context, query)?.builderFees ?? [])].filter(([, fee]) => fee > 0).map(([builder]) => builder),
  preTransferCheck: (context, query) => {
    const known = context.access.accounts.find(userAddress(query))
    return {
      fee: '1.0',
      isSanctioned: false,
      userExists: known !== undefined,
      userHasSentTx: (known?.requests ?? 0) > 0,
    }
  },
  liquidatable: () => [],
  gossipRootIps: () => [],
  perpAnnotation: () => null,
  perpConciseAnnotations: () => [],
  perpDeployAuctionStatus: ({ core }) => auction(core.now),
  spotPairDeployAuctionStatus: ({ core }) => auction(core.now),
  spotDeployState: ({ core }) => ({ states: [], gasAuction: auction(core.now) }),
  validatorSummaries: () => [],
  validatorL1Votes: () => [],
  allBorrowLendReserveStates: () => [],
  borrowLendReserveState: () => ({
    borrowYearlyRate: '0.05',
    supplyYearlyRate: '0.005',
    balance: '0.0',
    utilization: '0.0',
    oraclePx: '1.0',
    ltv: '0.0',
    totalSupplied: '0.0',
    totalBorrowed: '0.0',
  }),
  alignedQuoteTokenInfo: () => ({
    isAligned: false,
    firstAlignedTime: 0,
    evmMintedSupply: '0.0',
    dailyAmountOwed: [],
    predictedRate: '0.0',
  }),
  borrowLendUserState: () => ({ tokenToState: [], health: 'healthy', healthFactor: null }),
  userBorrowLendInterest: () => [],
  outcomeMeta: () => ({ outcomes: [], questions: [] }),
  userFees: (context, query) => userFees(context, userAddress(query)),
  portfolio: (context, query) => portfolio(context, userAddress(query)),
  userAbstraction: (context, query) => {
    return userOf(context, query)?.dexAbstraction === true ? 'dexAbstraction' : 'disabled'
  },
  userDexAbstraction: (context, query) => userOf(context, query)?.dexAbstraction ?? false,
  maxBuilderFee: (context, query) => userOf(context, query)?.builderFees.get(textOr(address(query.builder), '')) ?? 0,
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
      assetCtxs: contextsView(core.market, core.now),
      serverTime: core.now,
      isVault: false,
      user: userAddress(query),
      twapStates: (account?.twaps ?? [])
        .filter(({ status }) => status === 'activated')
        .map((twap) => (account === undefined ? [] : [twap.id, twapState(account, twap)])),
      spotState: spotView(core, account),
      spotAssetCtxs: spotContextsView(core.market, core.now),
    }
  },
}

/** Auctions of deployments stand still. */
function auction(now: number) {
  const length = 31 * 3600
  const startTimeSeconds = Math.floor(now / 1000 / length) * length
  return { currentGas: '500.0', durationSeconds: length, endGas: null, startGas: '500.0', startTimeSeconds }
}
