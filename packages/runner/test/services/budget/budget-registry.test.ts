import { describe, expect, it } from 'vitest'
import { BudgetRegistry, VirtualClock } from '../../../src/services/index.ts'

const spec = { name: 'weight', capacity: 10, windowMs: 100, reserve: 0 }

describe('BudgetRegistry', () => {
  it('hands out one budget per venue and name, whoever asks', () => {
    const budgets = new BudgetRegistry(new VirtualClock())
    budgets.budget('acme', spec).tryTake(4, 'normal')
    expect(budgets.budget('acme', { ...spec }).available('normal')).toBe(6)
    expect(budgets.budget('other', spec).available('normal')).toBe(10)
    expect(budgets.budget('acme', { ...spec, name: 'orders' }).available('normal')).toBe(10)
  })

  it('refuses a second size under one name, showing both', () => {
    const budgets = new BudgetRegistry(new VirtualClock())
    budgets.budget('acme', spec)
    expect(() => budgets.budget('acme', { ...spec, capacity: 20 })).toThrow(/"capacity":20.*"capacity":10/)
  })

  it("tells what is left of a venue's budgets, and of no other's", () => {
    const budgets = new BudgetRegistry(new VirtualClock())
    budgets.budget('acme', spec).tryTake(4, 'normal')
    budgets.budget('acme', { ...spec, name: 'orders', reserve: 3 })
    budgets.budget('other', spec)
    expect(budgets.view('acme')).toEqual([
      { name: 'weight', available: 6, capacity: 10 },
      { name: 'orders', available: 10, capacity: 10 },
    ])
  })
})
