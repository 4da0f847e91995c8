import type { UniversePerp } from './listing.ts'

/** A dex of perps that somebody deployed on the venue (HIP-3): its own universe, collateral and clearinghouse. */
export interface BuilderDex {
  readonly name: string
  readonly fullName: string
  readonly deployer: string
  readonly feeRecipient: string
  /** Token by name. */
  readonly collateral: string
  readonly perps: readonly UniversePerp[]
}

function perps(dex: string, ...rows: readonly (readonly [string, number, number, Partial<UniversePerp>?])[]) {
  return rows.map(([coin, szDecimals, maxLeverage, more]) => ({
    name: `${dex}:${coin}`,
    szDecimals,
    maxLeverage,
    ...more,
  }))
}

/** The dexes of the simulated venue in their order, which makes their asset ids: 100000 + 10000 * place (from 1) + index. */
export const BUILDER_DEXES: readonly BuilderDex[] = [
  {
    name: 'xyz',
    fullName: 'XYZ',
    deployer: '0x88806a71d74ad0a510b350545c9ae490912f0888',
    feeRecipient: '0x97f46f90c04efb91d0d740bd263e76683ca6f904',
    collateral: 'USDC',
    perps: perps(
      'xyz',
      ['XYZ100', 4, 25],
      ['TSLA', 3, 10],
      ['NVDA', 3, 10],
      ['GOLD', 4, 20],
      ['HOOD', 3, 10],
      ['SP500', 4, 25, { growthMode: true }],
      ['MSFT', 3, 10, { isDelisted: true }],
    ),
  },
  {
    name: 'flx',
    fullName: 'Felix Exchange',
    deployer: '0x2fab552502a6d45920d5741a2f3ebf4c35536352',
    feeRecipient: '0xe2872b5ae7dcbba40cc4510d08c8bbea95b42d43',
    collateral: 'USDH',
    perps: perps(
      'flx',
      ['TSLA', 3, 10, { onlyIsolated: true, marginMode: 'strictIsolated' }],
      ['GOLD', 4, 20],
      ['CRCL', 3, 10, { onlyIsolated: true, marginMode: 'noCross', growthMode: true }],
    ),
  },
]

/** Names of all dexes, the venue's own ('') first. */
export const DEX_NAMES: readonly string[] = ['', ...BUILDER_DEXES.map(({ name }) => name)]
