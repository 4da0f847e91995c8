import type { SizingConstraints } from '../contract/sizing-constraints.ts'
import type { SizingSkip } from './sizing-result.ts'
import type { SizingStep } from './sizing-step.ts'
import { sizingStep } from './sizing-step.ts'
import type { Wide } from './wide-decimal.ts'

/** Holds an order to the minimums and records both tests. `null` when it meets them. */
export function checkMinimums(
  quantity: Wide,
  value: Wide,
  constraints: SizingConstraints,
  steps: SizingStep[],
): Omit<SizingSkip, 'steps'> | null {
  const { minQuantity, minNotional } = constraints
  const tooFew = quantity.lt(minQuantity)
  if (minQuantity !== '0') {
    steps.push(sizingStep('quantity', 'min-quantity', quantity, quantity, `at least ${minQuantity}`, tooFew))
  }
  if (tooFew) {
    const message = `A quantity of ${shown(quantity)} is below the minimum of ${minQuantity}.`
    return { kind: 'skip', reason: 'below-min-quantity', message }
  }
  const tooLittle = value.lt(minNotional)
  if (minNotional !== '0') {
    steps.push(sizingStep('notional', 'min-notional', value, value, `at least ${minNotional}`, tooLittle))
  }
  if (!tooLittle) return null
  const message = `A value of ${shown(value)} is below the minimum of ${minNotional}.`
  return { kind: 'skip', reason: 'below-min-notional', message }
}

function shown(value: Wide): string {
  return value.toSignificantDigits(12).toFixed()
}
