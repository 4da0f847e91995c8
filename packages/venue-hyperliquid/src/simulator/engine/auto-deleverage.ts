import type { Decimal } from 'decimal.js'
import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import { followPosition } from './reduce-only.ts'
import { settlePosition } from './settle-position.ts'

/** Takes (a part of) a winning position away at the mark price, as the venue does when a losing one is worth less than nothing. */
export function autoDeleverage(core: EngineCore, account: Account, coin: string, sz?: Decimal): void {
  settlePosition(core, account, coin, { dir: 'Auto-Deleveraging', ...(sz === undefined ? {} : { sz }) })
  followPosition(core, account, coin)
}
