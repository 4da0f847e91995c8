import type { Timeframe, VenueKey } from '@portolan/core'
import { InvalidVenueKeyError, parseVenueKey, TIMEFRAMES } from '@portolan/core'
import { InvalidArgumentError } from 'commander'
import { suggestion } from '../../config/index.ts'

/** `token_chain/book_id`. */
export function venueKeyArgument(text: string): VenueKey {
  try {
    return parseVenueKey(text)
  } catch (error) {
    if (!(error instanceof InvalidVenueKeyError)) throw error
    throw new InvalidArgumentError('Expected token_chain/book_id, e.g. acme/perps.')
  }
}

export function timeframeArgument(text: string): Timeframe {
  const found = TIMEFRAMES.find((timeframe) => timeframe === text.trim())
  if (found !== undefined) return found
  throw new InvalidArgumentError(`Expected one of ${TIMEFRAMES.join(', ')}${suggestion(text, TIMEFRAMES)}.`)
}
