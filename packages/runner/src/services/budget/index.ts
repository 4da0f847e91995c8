export { BudgetRegistry } from './budget-registry.ts'
export { SlidingWindowBudget } from './sliding-window-budget.ts'
