import type { RejectReason } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { classOfStatus } from '../../src/execution/order-status.ts'
import { reasonOfStatus, reasonOfText } from '../../src/execution/reject-reason.ts'

// Every error text that is known of the venue, with the amounts of a captured answer where there are some.
const TEXTS: readonly (readonly [string, RejectReason])[] = [
  ['Price must be divisible by tick size. asset=3', 'price-rule'],
  ['Order has invalid price.', 'price-rule'],
  ['Order has invalid size.', 'quantity-rule'],
  ['Order price cannot be more than 80% away from the reference price', 'price-band'],
  ['Order price cannot be more than 95% away from the reference price', 'price-band'],
  ['Order must have minimum value of $10. asset=173', 'min-notional'],
  ['Order must have minimum value of $10.', 'min-notional'],
  ['Order value too large. Max is $5000000.', 'quantity-rule'],
  ['Post only order would have immediately matched, bbo was 1.1@1.2. asset=4', 'post-only'],
  ['Order could not immediately match against any resting orders. asset=1', 'no-liquidity'],
  ['Reduce only order would increase position. asset=3', 'reduce-only'],
  ['Reduce-only TWAP order would increase position.', 'reduce-only'],
  ['Insufficient margin to place order. asset=0', 'insufficient-funds'],
  ['Invalid TP/SL price. asset=0', 'price-rule'],
  ['No liquidity available for market order.', 'no-liquidity'],
  ['Order would increase open interest while open interest is capped', 'open-interest-cap'],
  ['Order rejected due to price more aggressive than oracle while at open interest cap', 'open-interest-cap'],
  ['Order would increase open interest too quickly', 'open-interest-cap'],
  ['Order price too far from oracle', 'price-band'],
  ['Order would cause position to exceed margin tier limit at current leverage', 'leverage'],
  ['Invalid leverage value', 'leverage'],
  ['Cannot switch leverage type with open position.', 'leverage'],
  [
    'Too many cumulative requests sent (97460 > 97456) for cumulative volume traded $87457.46. Place taker orders to free up 1 request per USDC traded.',
    'rate-limit',
  ],
  ['Signed action over weight limit of 200.', 'rate-limit'],
  ['Invalid nonce: duplicate nonce 1788780014874', 'duplicate'],
  ['Action already expired', 'expired'],
  ['User or API Wallet 0xefc07321d3d6a8fa4961306c7bf555f0723f28c1 does not exist.', 'not-authorised'],
  ['Must deposit before performing actions. User: 0xc6e7df1339786bf130d2e5ad9dbba05c408d8efb', 'not-authorised'],
  ['Unable to recover signer.', 'not-authorised'],
  ['Vault not registered: 0x000000000000000000000000000000000000dead', 'not-authorised'],
  ['Builder fee has not been approved.', 'not-authorised'],
  ['Invalid nonce: too low', 'duplicate'],
  ['Invalid TWAP duration: 1 min(s)', 'quantity-rule'],
  ['TWAP was never placed, already canceled, or filled.', 'other'],
  ['Attempted to modify to invalid new order', 'other'],
  ['User has pending agent removal', 'not-authorised'],
  ['Agent can only send asset to same user or their sub-accounts.', 'not-authorised'],
  ['Agent valid_until already expired.', 'not-authorised'],
  ['Extra agent already used.', 'not-authorised'],
  ['Too many extra agents for cumulative volume traded. Current limit is 3', 'not-authorised'],
  ['Cannot create sub-accounts until enough volume traded. Required: $100000. Traded: $12066.75.', 'not-authorised'],
  ['Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $1.', 'not-authorised'],
  ['Order was never placed, already canceled, or filled. asset=173', 'other'],
  ['Cannot modify canceled or filled order', 'other'],
  ['Position does not use isolated margin.', 'leverage'],
  ['Something that nobody has seen yet', 'other'],
]

const STATUSES: Readonly<Record<string, readonly [string, RejectReason | null]>> = {
  open: ['open', null],
  triggered: ['open', null],
  filled: ['filled', null],
  canceled: ['cancelled', null],
  marginCanceled: ['cancelled', null],
  vaultWithdrawalCanceled: ['cancelled', null],
  openInterestCapCanceled: ['cancelled', null],
  selfTradeCanceled: ['cancelled', null],
  reduceOnlyCanceled: ['cancelled', null],
  siblingFilledCanceled: ['cancelled', null],
  delistedCanceled: ['cancelled', null],
  liquidatedCanceled: ['cancelled', null],
  outcomeSettledCanceled: ['cancelled', null],
  scheduledCancel: ['cancelled', null],
  internalCancel: ['cancelled', null],
  rejected: ['rejected', 'other'],
  tickRejected: ['rejected', 'price-rule'],
  minTradeNtlRejected: ['rejected', 'min-notional'],
  minTradeSpotNtlRejected: ['rejected', 'min-notional'],
  perpMarginRejected: ['rejected', 'insufficient-funds'],
  reduceOnlyRejected: ['rejected', 'reduce-only'],
  badAloPxRejected: ['rejected', 'post-only'],
  iocCancelRejected: ['rejected', 'no-liquidity'],
  badTriggerPxRejected: ['rejected', 'price-rule'],
  marketOrderNoLiquidityRejected: ['rejected', 'no-liquidity'],
  positionIncreaseAtOpenInterestCapRejected: ['rejected', 'open-interest-cap'],
  positionFlipAtOpenInterestCapRejected: ['rejected', 'open-interest-cap'],
  tooAggressiveAtOpenInterestCapRejected: ['rejected', 'open-interest-cap'],
  openInterestIncreaseRejected: ['rejected', 'open-interest-cap'],
  insufficientSpotBalanceRejected: ['rejected', 'insufficient-funds'],
  oracleRejected: ['rejected', 'price-band'],
  perpMaxPositionRejected: ['rejected', 'leverage'],
  tooManyOpenOrdersRejected: ['rejected', 'other'],
  somethingNewRejected: ['rejected', 'other'],
  somethingNewCanceled: ['cancelled', null],
  somethingElse: ['unrecognised', null],
}

describe('reasons of a refusal', () => {
  it.each(TEXTS)('%s', (text, reason) => {
    expect(reasonOfText(text)).toBe(reason)
  })

  it.each(Object.entries(STATUSES))('status %s', (status, [kind, reason]) => {
    expect(classOfStatus(status)).toBe(kind)
    expect(kind === 'rejected' ? reasonOfStatus(status) : null).toBe(reason)
  })
})
