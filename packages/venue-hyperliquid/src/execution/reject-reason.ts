import type { RejectReason } from '@portolan/core'

// By prefix: newer answers end in ` asset=N`, some carry amounts. Sources: the venue's page on error responses, captured answers.
const BY_TEXT: readonly (readonly [prefix: string, reason: RejectReason])[] = [
  ['Price must be divisible by tick size', 'price-rule'],
  ['Order has invalid price', 'price-rule'],
  ['Invalid TP/SL price', 'price-rule'],
  ['Order has invalid size', 'quantity-rule'],
  ['Order value too large', 'quantity-rule'],
  ['Order price cannot be more than', 'price-band'],
  ['Order price too far from oracle', 'price-band'],
  ['Order must have minimum value of', 'min-notional'],
  ['Insufficient margin to place order', 'insufficient-funds'],
  ['Insufficient spot balance', 'insufficient-funds'],
  ['Reduce only order would increase position', 'reduce-only'],
  ['Reduce-only TWAP order would increase position', 'reduce-only'],
  ['Post only order would have immediately matched', 'post-only'],
  ['Order could not immediately match', 'no-liquidity'],
  ['No liquidity available', 'no-liquidity'],
  ['Order would increase open interest', 'open-interest-cap'],
  ['Order rejected due to price more aggressive than oracle while at open interest cap', 'open-interest-cap'],
  ['Order would cause position to exceed margin tier limit', 'leverage'],
  ['Invalid leverage value', 'leverage'],
  ['Cannot switch leverage type', 'leverage'],
  ['Too many cumulative requests sent', 'rate-limit'],
  ['Signed action over weight limit', 'rate-limit'],
  ['Too many pending', 'rate-limit'],
  ['Invalid nonce', 'duplicate'],
  ['Invalid TWAP duration', 'quantity-rule'],
  ['Position does not use isolated margin', 'leverage'],
  ['Action already expired', 'expired'],
  ['User or API Wallet', 'not-authorised'],
  ['Must deposit before performing actions', 'not-authorised'],
  ['Unable to recover signer', 'not-authorised'],
  ['Vault not registered', 'not-authorised'],
  ['Builder fee has not been approved', 'not-authorised'],
  ['User has pending agent removal', 'not-authorised'],
  ['Agent can only send asset', 'not-authorised'],
  ['Agent valid_until already expired', 'not-authorised'],
  ['Extra agent already used', 'not-authorised'],
  ['Too many extra agents', 'not-authorised'],
  ['Cannot create sub-accounts until', 'not-authorised'],
  ['Cannot set scheduled cancel time until', 'not-authorised'],
  // About orders that are no more: there is nothing to refuse, and the record of the order tells what became of it.
  ['Order was never placed, already canceled, or filled', 'other'],
  ['TWAP was never placed, already canceled, or filled', 'other'],
  ['Cannot modify canceled or filled order', 'other'],
  ['Attempted to modify to invalid new order', 'other'],
]

/** Why, by the venue's words. `other` for words that are not known: they are kept in the outcome's message. */
export function reasonOfText(text: string): RejectReason {
  return BY_TEXT.find(([prefix]) => text.startsWith(prefix))?.[1] ?? 'other'
}

const BY_STATUS: Readonly<Record<string, RejectReason>> = {
  rejected: 'other',
  tickRejected: 'price-rule',
  badTriggerPxRejected: 'price-rule',
  minTradeNtlRejected: 'min-notional',
  minTradeSpotNtlRejected: 'min-notional',
  perpMarginRejected: 'insufficient-funds',
  insufficientSpotBalanceRejected: 'insufficient-funds',
  reduceOnlyRejected: 'reduce-only',
  badAloPxRejected: 'post-only',
  iocCancelRejected: 'no-liquidity',
  marketOrderNoLiquidityRejected: 'no-liquidity',
  positionIncreaseAtOpenInterestCapRejected: 'open-interest-cap',
  positionFlipAtOpenInterestCapRejected: 'open-interest-cap',
  tooAggressiveAtOpenInterestCapRejected: 'open-interest-cap',
  openInterestIncreaseRejected: 'open-interest-cap',
  oracleRejected: 'price-band',
  perpMaxPositionRejected: 'leverage',
  tooManyOpenOrdersRejected: 'other',
}

/** Why, by the status of an order. `other` for a status that is not known. */
export function reasonOfStatus(status: string): RejectReason {
  return BY_STATUS[status] ?? 'other'
}
