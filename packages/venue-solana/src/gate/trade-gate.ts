import type { Instrument, RateBudget, TradeGate } from '@portolan/core'
import type { Token } from '../instruments/token-instrument.ts'
import type { FeedState } from '../market-data/feed/instrument-feed.ts'
import type { SolanaOptions } from '../options.ts'
import { tokenRisk } from './token-risk.ts'

/** What the decision about an instrument rests on. */
export interface GateFacts {
  readonly options: Pick<SolanaOptions, 'risk' | 'liquidity'>
  /** When instruments were last read, ms; `null` before that. */
  readonly instrumentsReadAt: number | null
  /** Age from which on that is too long ago, ms. */
  readonly instrumentsMaxAgeMs: number
  readonly instrument: Instrument | undefined
  readonly token: Token | undefined
  readonly feed: FeedState
  /** USD in the token's pools; `null` while nobody has told. */
  readonly liquidityUsd: number | null
  /** Whether any node answers. */
  readonly isRpcUp: boolean
  /** What an order draws on: of each group one budget must have a request left. */
  readonly budgets: readonly (readonly RateBudget[])[]
  /** The wallet's SOL and what must stay, lamports; `null` for an entry without a wallet. `lamports: null`: not read yet. */
  readonly wallet: { readonly lamports: bigint | null; readonly reserve: bigint } | null
}

/**
 * Whether orders may go out at this time (ms). Only what makes every order impossible closes: an unknown mint, a budget of which not even the exits' part is left.
 * Everything else lets exits through, also where the next attempt will probably fail: a try that is refused costs nothing, a position that cannot be left may cost
 * all.
 */
export function tradeGate(facts: GateFacts, at: number): TradeGate {
  const { instrument, token, instrumentsReadAt, wallet, options, liquidityUsd, feed } = facts
  if (instrumentsReadAt === null) return closed('not-connected', 'The chain has not been reached yet.', null)
  if (instrument === undefined || token === undefined) {
    return closed('unknown-instrument', 'It is not among the tokens of the options, or there is no such mint.', null)
  }
  const budget = budgetGate(facts.budgets, at)
  if (budget !== null) return budget
  if (!facts.isRpcUp) return exitOnly('not-connected', 'No RPC endpoint answers.')
  if (wallet !== null && wallet.lamports === null) return exitOnly('reconciling', "The wallet's SOL is not known yet.")
  if (wallet !== null && wallet.lamports !== null && wallet.lamports < wallet.reserve) {
    const message = `The wallet holds ${sol(wallet.lamports)} SOL, and ${sol(wallet.reserve)} are kept for fees and rent of exits.`
    return exitOnly('venue:sol-reserve', message)
  }
  const risk = token.options.trusted ? null : tokenRisk(token.facts, options.risk)
  if (risk !== null) return exitOnly('token-risk', risk)
  if (at - instrumentsReadAt > facts.instrumentsMaxAgeMs) {
    return exitOnly('stale-data', 'The mints could not be read for too long.')
  }
  // An entry that does not follow the instrument was told nothing of it: the one that does answers for that.
  const thin = feed.kind === 'unwanted' ? null : liquidityMessage(liquidityUsd, options.liquidity.minUsd)
  if (thin !== null) return exitOnly('liquidity', thin)
  if (feed.kind === 'waiting') return exitOnly('stale-data', `Prices of ${instrument.base} are not arriving.`)
  return { state: 'open' }
}

type Gate = Exclude<TradeGate, { state: 'open' }>

function budgetGate(groups: GateFacts['budgets'], at: number): Gate | null {
  for (const priority of ['exit', 'normal'] as const) {
    const empty = groups.find((group) => group.every((budget) => budget.available(priority) < 1))
    const [first] = empty ?? []
    if (first === undefined) continue
    const { name, windowMs } = first.spec
    const changesAt = windowMs === null ? null : at + windowMs
    return priority === 'exit'
      ? closed('rate-budget', `The budget "${name}" is used up.`, changesAt)
      : { ...exitOnly('rate-budget', `What is left of the budget "${name}" is kept for exits.`), changesAt }
  }
  return null
}

function liquidityMessage(liquidityUsd: number | null, minUsd: number): string | null {
  if (minUsd === 0) return null
  if (liquidityUsd === null) return 'Nobody has told how deep its market is.'
  if (liquidityUsd >= minUsd) return null
  return `Its pools hold ${Math.round(liquidityUsd)} USD, less than ${minUsd}.`
}

function sol(lamports: bigint): string {
  return (Number(lamports) / 1e9).toFixed(4)
}

function closed(reason: Gate['reason'], message: string, changesAt: number | null): Gate {
  return { state: 'closed', reason, message, changesAt }
}

function exitOnly(reason: Gate['reason'], message: string): Gate {
  return { state: 'exit-only', reason, message, changesAt: null }
}
