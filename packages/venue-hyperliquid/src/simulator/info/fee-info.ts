import { BASE_FEES } from '../../reference/index.ts'
import { decimalText } from '../engine/decimal-text.ts'
import { accountMargin } from '../engine/margin.ts'
import { DAY_MS } from '../market/coin-path.ts'
import type { InfoContext } from './info-context.ts'

/** `userFees`: those of the lowest tier. */
export function userFees(context: InfoContext, user: string) {
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

/** `portfolio`: without a history. */
export function portfolio({ core, access }: InfoContext, user: string) {
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
