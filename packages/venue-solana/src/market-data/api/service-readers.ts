import type { RateBudget, VenueContext } from '@portolan/core'
import type { HttpClient } from '../../http/http-client.ts'
import type { SolanaOptions } from '../../options.ts'
import { ApiReader } from './api-reader.ts'

/** Reads Jupiter's prices and tokens. @param budget the one that quotes draw on too: Jupiter counts them together. */
export function jupiterReader(context: VenueContext<SolanaOptions>, http: HttpClient, budget: RateBudget): ApiReader {
  const { clock, logger, options } = context
  const { url, apiKey } = options.jupiter
  const headers: Record<string, string> = apiKey === undefined ? {} : { 'x-api-key': apiKey }
  return new ApiReader({ http, clock, logger, budget, url, headers, timeoutMs: options.timing.requestMs })
}

/** Reads bars from a GeckoTerminal API. */
export function geckoReader(context: VenueContext<SolanaOptions>, http: HttpClient): ApiReader {
  const { clock, logger, options } = context
  const { url, requestsPerMinute: capacity } = options.gecko
  const budget = context.budget({ name: `gecko ${new URL(url).host}`, capacity, windowMs: 60_000, reserve: 0 })
  return new ApiReader({ http, clock, logger, budget, url, headers: {}, timeoutMs: options.timing.requestMs })
}
