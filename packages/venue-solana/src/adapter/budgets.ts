import type { RateBudget, VenueContext } from '@portolan/core'
import type { SolanaOptions } from '../options.ts'

const MINUTE_MS = 60_000
const TEN_SECONDS_MS = 10_000

/** What requests draw on. Servers count per host, so entries that talk to the same host share. */
export interface Budgets {
  /** Of each RPC endpoint, in the order of the options. */
  readonly rpc: readonly RateBudget[]
  /** Jupiter, but for `/execute`. */
  readonly jupiter: RateBudget
  readonly jupiterExecute: RateBudget
}

/** The budgets of an entry. Two endpoints of one host are two budgets: they will be two accounts there. */
export function budgetsOf(context: VenueContext<SolanaOptions>): Budgets {
  const { rpc, jupiter } = context.options
  const hosts = rpc.map(({ url }) => new URL(url).host)
  const jupiterHost = new URL(jupiter.url).host
  return {
    rpc: rpc.map(({ requestsPer10s: capacity, exitReserve: reserve }, index) => {
      const before = hosts.slice(0, index).filter((host) => host === hosts[index]).length
      const name = `rpc ${hosts[index]}${before === 0 ? '' : ` ${before + 1}`}`
      return context.budget({ name, capacity, windowMs: TEN_SECONDS_MS, reserve })
    }),
    jupiter: context.budget({
      name: `jupiter ${jupiterHost}`,
      capacity: jupiter.requestsPerMinute,
      windowMs: MINUTE_MS,
      reserve: jupiter.exitReserve,
    }),
    jupiterExecute: context.budget({
      name: `jupiter-execute ${jupiterHost}`,
      capacity: jupiter.executesPerMinute,
      windowMs: MINUTE_MS,
      reserve: 0,
    }),
  }
}
