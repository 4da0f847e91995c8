import { Decimal } from 'decimal.js'
import { cashOf } from '../engine/collateral.ts'
import { decimalText } from '../engine/decimal-text.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'
import type { InfoHandler } from './info-context.ts'
import { dexIn } from './info-context.ts'

/** Cap of the open interest of a builder's perp, USD. */
const OI_CAP = '150000000.0'

const capsOf = (perps: readonly { readonly name: string }[]) => perps.map(({ name }) => [name, OI_CAP])

/** Queries about builders' dexes. The venue's own is `null` at place 0. */
export const DEX_INFO: Readonly<Record<string, InfoHandler>> = {
  perpDexs: () => [
    null,
    ...BUILDER_DEXES.map(({ name, fullName, deployer, feeRecipient, perps }) => ({
      name,
      fullName,
      deployer,
      oracleUpdater: null,
      feeRecipient,
      assetToStreamingOiCap: capsOf(perps),
      subDeployers: [],
      deployerFeeScale: '1.0',
      lastDeployerFeeScaleChangeTime: '1970-01-01T00:00:00',
      assetToFundingMultiplier: [],
      assetToFundingInterestRate: [],
    })),
  ],
  perpDexLimits: (_context, query) => {
    const dex = BUILDER_DEXES.find(({ name }) => name === dexIn(query))
    if (dex === undefined) return null
    return {
      totalOiCap: '400000000.0',
      oiSzCapPerPerp: '1000000000.0',
      maxTransferNtl: '150000000.0',
      coinToOiCap: capsOf(dex.perps),
    }
  },
  perpDexStatus: ({ core }, query) => {
    const dex = dexIn(query)
    const deposits = [...core.accounts.all()].reduce((sum, account) => sum.plus(cashOf(account, dex)), new Decimal(0))
    return { totalNetDeposit: decimalText(deposits) }
  },
}
