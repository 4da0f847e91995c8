import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import type { Scope } from '../store.ts'

/** What was ordered of trading, and profit marks, of a MemoryStore. */
export class MemoryTradingOrders {
  readonly #orders = new Map<string, TradingOrder>()
  readonly #marks = new Map<Scope, ProfitMarks>()

  save(order: TradingOrder): void {
    this.#orders.set(key(order), order)
  }

  of(scope: Scope): readonly TradingOrder[] {
    const found = [...this.#orders.entries()].filter(([, order]) => order.scope === scope)
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, order]) => order)
  }

  saveMarks(scope: Scope, marks: ProfitMarks): void {
    this.#marks.set(scope, marks)
  }

  marksOf(scope: Scope): ProfitMarks | null {
    return this.#marks.get(scope) ?? null
  }
}

/** Sorts as the database does: the target "all" first. */
function key({ scope, target }: TradingOrder): string {
  return JSON.stringify(target === 'all' ? [scope, '', ''] : [scope, target.venue, target.label])
}
