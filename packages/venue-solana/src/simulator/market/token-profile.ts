import type { Address } from '@solana/kit'
import { keyOf, TOKEN_2022_PROGRAM, TOKEN_PROGRAM, WRAPPED_SOL } from '../chain/addresses.ts'
import type { TransferFee } from '../chain/token-layout.ts'

/** A tradable token and its pool against USDC. */
export interface TokenProfile {
  readonly symbol: string
  readonly name: string
  readonly mint: Address
  readonly tokenProgram: Address
  readonly decimals: number
  /** USD around which the price moves. */
  readonly price: number
  /** Fraction. */
  readonly dailyVolatility: number
  /** USD on both sides of the pool together. */
  readonly liquidityUsd: number
  /** Share of minutes in which it trades, and USD traded in an average minute. */
  readonly activity: number
  readonly minuteVolumeUsd: number
  readonly poolFeeBps: number
  readonly transferFee?: TransferFee
  readonly hasMintAuthority: boolean
  readonly hasFreezeAuthority: boolean
}

type Invented = Partial<Omit<TokenProfile, 'mint' | 'symbol' | 'price'>> &
  Pick<TokenProfile, 'symbol' | 'price' | 'decimals'>

const TRAITS: readonly Invented[] = [
  { symbol: 'ATLAS', price: 0.62, decimals: 6, liquidityUsd: 4_000_000 },
  { symbol: 'BRISA', price: 0.000023, decimals: 5, liquidityUsd: 2_500_000, dailyVolatility: 0.09 },
  { symbol: 'CARAVEL', price: 3.4, decimals: 9, liquidityUsd: 6_000_000, dailyVolatility: 0.05 },
  { symbol: 'DUCAT', price: 1.85, decimals: 8, liquidityUsd: 1_500_000, dailyVolatility: 0.04 },
  {
    symbol: 'ENSIGN',
    name: 'Ensign (transfer fee 1 %)',
    price: 0.31,
    decimals: 6,
    tokenProgram: TOKEN_2022_PROGRAM,
    transferFee: { bps: 100, maximum: 10n ** 15n },
  },
  { symbol: 'FRIGATE', name: 'Frigate (can be frozen)', price: 12.5, decimals: 6, hasFreezeAuthority: true },
  {
    symbol: 'GROTTO',
    name: 'Grotto (illiquid)',
    price: 0.045,
    decimals: 6,
    liquidityUsd: 1_800,
    minuteVolumeUsd: 2,
    activity: 0.08,
    dailyVolatility: 0.15,
  },
  { symbol: 'HELM', name: 'Helm (can be minted)', price: 0.0087, decimals: 4, hasMintAuthority: true },
]

const SOL: TokenProfile = {
  symbol: 'SOL',
  name: 'Wrapped SOL',
  mint: WRAPPED_SOL,
  tokenProgram: TOKEN_PROGRAM,
  decimals: 9,
  price: 150,
  dailyVolatility: 0.04,
  liquidityUsd: 40_000_000,
  activity: 1,
  minuteVolumeUsd: 90_000,
  poolFeeBps: 4,
  hasMintAuthority: false,
  hasFreezeAuthority: false,
}

/** SOL and the invented tokens, each with properties that a trader must mind. Mints are the same for every seed. */
export const TOKENS: readonly TokenProfile[] = [SOL, ...TRAITS.map(invented)]

function invented(traits: Invented): TokenProfile {
  return {
    name: `${traits.symbol.charAt(0)}${traits.symbol.slice(1).toLowerCase()}`,
    mint: keyOf('mint', traits.symbol).address,
    tokenProgram: TOKEN_PROGRAM,
    dailyVolatility: 0.07,
    liquidityUsd: 1_000_000,
    activity: 0.9,
    minuteVolumeUsd: 3_000,
    poolFeeBps: 25,
    hasMintAuthority: false,
    hasFreezeAuthority: false,
    ...traits,
  }
}
