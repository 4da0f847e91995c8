import type { MintFacts } from '../instruments/mint-account.ts'
import type { SolanaOptions } from '../options.ts'

/**
 * Why nobody should put new money into a token, by the rules of the options; `null` when nothing speaks against it. Taken from the mint itself, not from what a
 * service says of it.
 */
export function tokenRisk(facts: MintFacts, rules: SolanaOptions['risk']): string | null {
  const { extensions } = facts
  if (extensions.isNonTransferable) return 'It cannot be transferred, so it could never be sold.'
  if (rules.mintAuthority === 'block' && facts.mintAuthority !== null) return 'Its issuer can mint more of it.'
  if (rules.freezeAuthority === 'block' && facts.freezeAuthority !== null) return 'Its issuer can freeze what you hold.'
  if (rules.permanentDelegate === 'block' && extensions.hasPermanentDelegate) {
    return 'Its issuer can move or burn what you hold (permanent delegate).'
  }
  if (rules.transferHook === 'block' && extensions.hasTransferHook) {
    return 'A program of its issuer decides on every transfer (transfer hook).'
  }
  if (rules.frozenByDefault === 'block' && extensions.isFrozenByDefault) {
    return 'Its issuer can pause it, or accounts of it start frozen.'
  }
  if (rules.scaledAmounts === 'block' && extensions.isScaled) {
    return 'Its amounts are shown multiplied, so that prices may be per another unit.'
  }
  if (extensions.transferFeeBps > rules.maxTransferFeeBps) {
    return `Every transfer costs ${extensions.transferFeeBps} bps, more than ${rules.maxTransferFeeBps}.`
  }
  return null
}
