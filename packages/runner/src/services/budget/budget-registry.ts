import type { Clock, RateBudget, RateBudgetSpec } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { SlidingWindowBudget } from './sliding-window-budget.ts'

/** All rate budgets of a runner: whoever names the same budget of the same venue draws from one, whichever config entry it belongs to. */
export class BudgetRegistry {
  readonly #clock: Clock
  readonly #budgets = new Map<string, RateBudget>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What is left in the budgets of a venue, for a view. */
  view(venue: string): readonly { readonly name: string; readonly available: number; readonly capacity: number }[] {
    const views: { name: string; available: number; capacity: number }[] = []
    for (const [key, budget] of this.#budgets) {
      if (JSON.parse(key)[0] !== venue) continue
      const { name, capacity } = budget.spec
      views.push({ name, available: budget.available('exit'), capacity })
    }
    return views
  }

  /**
   * The budget of this name, made when it is first asked for.
   * @param venue the definition's name.
   * @throws {VenueError} `misconfigured` when the name is taken by a budget of another size.
   */
  budget(venue: string, spec: RateBudgetSpec): RateBudget {
    const key = JSON.stringify([venue, spec.name])
    const known = this.#budgets.get(key)
    if (known === undefined) {
      const budget = new SlidingWindowBudget(spec, this.#clock)
      this.#budgets.set(key, budget)
      return budget
    }
    if (!isSame(known.spec, spec)) {
      throw new VenueError(
        'misconfigured',
        `Rate budget "${spec.name}" of venue ${venue} is asked for as ${JSON.stringify(spec)} but exists as ${JSON.stringify(known.spec)}: give budgets of different sizes different names`,
      )
    }
    return known
  }
}

function isSame(a: RateBudgetSpec, b: RateBudgetSpec): boolean {
  return a.capacity === b.capacity && a.windowMs === b.windowMs && a.reserve === b.reserve
}
