import type { DecimalString } from '@portolan/core'
import { toNumber } from '@portolan/core'
import type { PriceReading } from './price-answer.ts'

/** `mark`: a price that is new. `same`: nothing new. `old`: of an earlier block than one read before. `doubtful`: too far off to be believed at once. */
export type SequenceVerdict = 'mark' | 'same' | 'old' | 'doubtful'

/** A price that differs by more than this factor from the last one has to be read twice. */
const DOUBTFUL_FACTOR = 3
/** The second reading confirms the first when they differ by no more than this factor. */
const AGREE_FACTOR = 1.5

/**
 * One mint's polled prices in a row. The service is a cache in front of many servers: it may answer with an older block, and one reading may be wrong by a
 * decimal point. So a jump is held back until the next reading agrees with it; a market that really jumped is a poll late.
 */
export class PriceSequence {
  #last: PriceReading | null = null
  #doubtful: DecimalString | null = null

  accept(reading: PriceReading): SequenceVerdict {
    const last = this.#last
    if (last === null) return this.#take(reading)
    if (reading.blockId < last.blockId) return 'old'
    if (reading.price === last.price) {
      this.#doubtful = null
      return 'same'
    }
    if (isWithin(reading.price, last.price, DOUBTFUL_FACTOR)) return this.#take(reading)
    if (this.#doubtful !== null && isWithin(reading.price, this.#doubtful, AGREE_FACTOR)) return this.#take(reading)
    this.#doubtful = reading.price
    return 'doubtful'
  }

  #take(reading: PriceReading): 'mark' {
    this.#last = reading
    this.#doubtful = null
    return 'mark'
  }
}

function isWithin(a: DecimalString, b: DecimalString, factor: number): boolean {
  const ratio = toNumber(a) / toNumber(b)
  return ratio <= factor && ratio >= 1 / factor
}
