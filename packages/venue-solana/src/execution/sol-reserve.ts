import type { DecimalString } from '@portolan/core'
import { parseDecimal, VenueError } from '@portolan/core'
import { fromUnits, SOL_DECIMALS, toUnits } from '../transaction/token.ts'

/** SOL that is kept for fees and rent, so that exits stay possible. */
export class SolReserve {
  readonly lamports: bigint

  /** @param sol as decimal text. */
  constructor(sol: string) {
    this.lamports = toUnits(parseDecimal(sol), SOL_DECIMALS)
  }

  /** What of so many lamports may be spent. */
  spendable(lamports: bigint): bigint {
    return lamports > this.lamports ? lamports - this.lamports : 0n
  }

  /**
   * Entries must leave the reserve alone; exits may use it.
   * @param lamports what the wallet has, or will have after the swap.
   * @throws {VenueError} `refused`, reason insufficient-funds.
   */
  check(side: 'buy' | 'sell', lamports: bigint): void {
    if (side === 'sell' || lamports >= this.lamports) return
    throw new VenueError(
      'refused',
      `insufficient-funds: ${sol(lamports)} SOL would be left for fees and rent, the reserve is ${sol(this.lamports)} SOL: send SOL to the wallet or lower execution.solReserve`,
    )
  }
}

function sol(lamports: bigint): DecimalString {
  return fromUnits(lamports < 0n ? 0n : lamports, SOL_DECIMALS)
}
