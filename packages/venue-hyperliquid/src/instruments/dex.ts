/** Name of the venue's own exchange among its perp dexes, as the venue writes it. */
export const OWN_DEX = ''

/** An exchange on the venue: its own, or one that a builder deployed (HIP-3). */
export interface Dex {
  /** {@link OWN_DEX}, or the builder's name, e.g. `xyz`. Case-sensitive. */
  readonly name: string
  /** Place in the venue's list; 0 for its own. */
  readonly index: number
  /** Asset of its prices, fees and margin, e.g. `USDC` or `USDH`. */
  readonly collateral: string
}

/** Which dexes a config entry trades: the venue's own and these. */
export type DexChoice = 'all' | readonly string[]

/**
 * The dex whose perpetual a coin is: its prefix (`xyz` of `xyz:SP500`), or the venue's own. `null` for what is no perpetual: spot pairs are `@107` or
 * `PURR/USDC`, outcomes `#10` and `+10`.
 */
export function dexOfCoin(coin: string): string | null {
  if (/[@#+/]/.test(coin)) return null
  const colon = coin.indexOf(':')
  if (colon === -1) return coin === '' ? null : OWN_DEX
  return colon === 0 || colon === coin.length - 1 ? null : coin.slice(0, colon)
}

/** Whether a coin is a perpetual of a dex that the entry trades. */
export function isChosenPerp(coin: string, choice: DexChoice): boolean {
  const dex = dexOfCoin(coin)
  return dex !== null && (dex === OWN_DEX || choice === 'all' || choice.includes(dex))
}

/**
 * Asset id of a perpetual in orders. Source: the venue's page on asset ids.
 * @param index place in the dex's universe, delisted ones counted.
 */
export function assetId(dex: Pick<Dex, 'index'>, index: number): number {
  return dex.index === 0 ? index : 100_000 + dex.index * 10_000 + index
}

/** Name of the balance that pays for a dex's perpetuals: the accounts of the dexes are kept apart. */
export function balanceName({ name, collateral }: Pick<Dex, 'name' | 'collateral'>): string {
  return name === OWN_DEX ? collateral : `${name}:${collateral}`
}
