import type { EngineCore } from '../engine/core.ts'
import type { Liquidity, ShownLevel } from '../engine/merged-book.ts'
import { mergedBook, shownLevels } from '../engine/merged-book.ts'
import { BOOK_LEVELS } from '../market/order-book.ts'
import { lotsText, numberText } from '../market/tick.ts'

/** A level as the venue prints it. */
export interface VenueLevel {
  readonly px: string
  readonly sz: string
  readonly n: number
}

export interface BookOptions {
  readonly levels?: number
  /** Merge levels to this many significant figures, 2 to 5. */
  readonly nSigFigs?: number | null
  /** With 5 figures: steps of 2 or 5 in the last one. */
  readonly mantissa?: number | null
}

/** Bids and asks, best first, accounts' orders among the market's. */
export function bookLevels(core: EngineCore, coin: string, options: BookOptions = {}): [VenueLevel[], VenueLevel[]] {
  const szDecimals = core.market.listing(coin)?.szDecimals ?? 0
  const { bids, asks } = mergedBook(core, coin)
  const limit = options.levels ?? BOOK_LEVELS
  const shown = (side: readonly Liquidity[], isBid: boolean) => {
    const grouped =
      options.nSigFigs == null ? side : side.map((level) => ({ ...level, price: group(level.price, isBid, options) }))
    return shownLevels(grouped, limit).map((level) => venueLevel(level, szDecimals))
  }
  return [shown(bids, true), shown(asks, false)]
}

/** Bids are grouped downwards, asks upwards. */
function group(price: number, isBid: boolean, options: BookOptions): number {
  const figures = options.nSigFigs ?? 5
  const unit = 10 ** (Math.floor(Math.log10(price)) + 1 - figures) * (options.mantissa ?? 1)
  const steps = price / unit
  const rounded = isBid ? Math.floor(steps + 1e-9) : Math.ceil(steps - 1e-9)
  return Number((rounded * unit).toPrecision(12))
}

function venueLevel(level: ShownLevel, szDecimals: number): VenueLevel {
  return { px: numberText(level.price), sz: lotsText(level.lots, szDecimals), n: level.orders }
}
