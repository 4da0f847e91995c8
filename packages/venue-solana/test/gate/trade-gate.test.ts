import type { RateBudget } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { GateFacts } from '../../src/gate/trade-gate.ts'
import { tradeGate } from '../../src/gate/trade-gate.ts'
import type { MintFacts } from '../../src/instruments/mint-account.ts'
import { readMint } from '../../src/instruments/mint-account.ts'
import type { Token } from '../../src/instruments/token-instrument.ts'
import { tokenInstrument } from '../../src/instruments/token-instrument.ts'
import { instrumentOptions } from '../../src/options/instrument-options.ts'
import { solanaOptions } from '../../src/options.ts'
import { addressOf, mintAccount } from '../market-data/harness/chain-accounts.ts'

const NOW = 1_000_000_000
const options = solanaOptions.parse({})
const plain = readMint(mintAccount(), 1) as MintFacts

function budget(normal: number, exit: number): RateBudget {
  const spec = { name: 'jupiter', capacity: 30, windowMs: 60_000, reserve: 6 }
  return { spec, available: (priority: string) => (priority === 'exit' ? exit : normal) } as unknown as RateBudget
}

function tokenOf(facts: Partial<MintFacts> = {}, more: object = {}): Token {
  return {
    facts: { ...plain, ...facts },
    options: instrumentOptions.parse({ mint: addressOf(1), ...more }),
    listing: null,
  }
}

const READY: GateFacts = {
  options,
  instrumentsReadAt: NOW - 1_000,
  instrumentsMaxAgeMs: 900_000,
  instrument: tokenInstrument(tokenOf(), options, 6),
  token: tokenOf(),
  feed: { kind: 'live', source: { kind: 'poll', name: 'price' } },
  liquidityUsd: 1e6,
  isRpcUp: true,
  budgets: [[budget(10, 16)]],
  wallet: { lamports: 1_000_000_000n, reserve: 20_000_000n },
}

const extensions = (more: Partial<MintFacts['extensions']>) => ({
  token: tokenOf({ extensions: { ...plain.extensions, ...more } }),
})
const authority = addressOf(5)

it('is open when nothing speaks against it', () => {
  expect(tradeGate(READY, NOW)).toEqual({ state: 'open' })
  expect(tradeGate({ ...READY, wallet: null }, NOW)).toEqual({ state: 'open' })
})

describe('closed: no order is possible', () => {
  it.each<[string, Partial<GateFacts>, string]>([
    ['before the chain was reached', { instrumentsReadAt: null }, 'not-connected'],
    ['for a mint that is not known', { instrument: undefined, token: undefined }, 'unknown-instrument'],
    ['when not even the exits have a request left', { budgets: [[budget(5, 5)], [budget(0, 0)]] }, 'rate-budget'],
  ])('%s', (_, facts, reason) => {
    expect(tradeGate({ ...READY, ...facts }, NOW)).toMatchObject({ state: 'closed', reason })
  })
})

describe('exit-only: whatever else is wrong, what is held can be sold', () => {
  it.each<[string, Partial<GateFacts>, string]>([
    ['what is left of a budget is for exits', { budgets: [[budget(0, 6)]] }, 'rate-budget'],
    ['no node answers', { isRpcUp: false }, 'not-connected'],
    ['the SOL is not known', { wallet: { lamports: null, reserve: 1n } }, 'reconciling'],
    ['the SOL is below the reserve', { wallet: { lamports: 19_999_999n, reserve: 20_000_000n } }, 'venue:sol-reserve'],
    ['more can be minted', { token: tokenOf({ mintAuthority: authority }) }, 'token-risk'],
    ['accounts can be frozen', { token: tokenOf({ freezeAuthority: authority }) }, 'token-risk'],
    ['it can be taken away', extensions({ hasPermanentDelegate: true }), 'token-risk'],
    ['a hook decides', extensions({ hasTransferHook: true }), 'token-risk'],
    ['it can be paused', extensions({ isFrozenByDefault: true }), 'token-risk'],
    ['amounts are scaled', extensions({ isScaled: true }), 'token-risk'],
    ['it cannot be transferred', extensions({ isNonTransferable: true }), 'token-risk'],
    ['a transfer costs too much', extensions({ transferFeeBps: 101 }), 'token-risk'],
    ['the mints were not read for long', { instrumentsReadAt: NOW - 900_001 }, 'stale-data'],
    ['the market is thin', { liquidityUsd: 24_999 }, 'liquidity'],
    ['nobody knows how deep the market is', { liquidityUsd: null }, 'liquidity'],
    ['prices do not arrive', { feed: { kind: 'waiting', since: null } }, 'stale-data'],
  ])('%s', (_, facts, reason) => {
    expect(tradeGate({ ...READY, ...facts }, NOW)).toMatchObject({ state: 'exit-only', reason })
  })
})

describe('rules', () => {
  it('can be turned off one by one, or for a token that is trusted', () => {
    const risky = { mintAuthority: authority, freezeAuthority: authority }
    const allowed = solanaOptions.parse({ risk: { mintAuthority: 'allow', freezeAuthority: 'allow' } })
    expect(tradeGate({ ...READY, token: tokenOf(risky), options: allowed }, NOW).state).toBe('open')
    expect(tradeGate({ ...READY, token: tokenOf(risky, { trusted: true }) }, NOW).state).toBe('open')
    const one = solanaOptions.parse({ risk: { mintAuthority: 'allow' } })
    expect(tradeGate({ ...READY, token: tokenOf(risky), options: one }, NOW)).toMatchObject({
      message: expect.stringContaining('freeze'),
    })
  })

  it('a floor of 0 asks for no depth', () => {
    const none = solanaOptions.parse({ liquidity: { minUsd: 0 } })
    expect(tradeGate({ ...READY, options: none, liquidityUsd: null }, NOW).state).toBe('open')
  })

  it('one budget of a group is enough', () => {
    expect(tradeGate({ ...READY, budgets: [[budget(0, 0), budget(3, 9)]] }, NOW).state).toBe('open')
  })

  it('an entry that follows no prices of a token leaves its depth to the one that does', () => {
    expect(tradeGate({ ...READY, feed: { kind: 'unwanted' }, liquidityUsd: null }, NOW).state).toBe('open')
  })
})
