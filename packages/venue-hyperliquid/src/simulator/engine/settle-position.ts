import { Decimal } from 'decimal.js'
import type { Account, Liquidation, Position } from './account.ts'
import { leverageOf } from './account.ts'
import type { EngineCore } from './core.ts'
import { applyFill } from './fill.ts'

/** What the venue does by itself has no transaction. */
const NO_TRANSACTION = `0x${'0'.repeat(64)}`

export interface Settlement {
  readonly oid?: number
  readonly liquidation?: Liquidation
  /** How much of it, at most what is held. Default: all. */
  readonly sz?: Decimal
  /** As the fill words it. Default: what fits a liquidation, else `Settlement`. */
  readonly dir?: string
}

/** Closes what an account holds of a coin at the mark price, against nobody in the book and without a fee. */
export function settlePosition(core: EngineCore, account: Account, coin: string, how: Settlement = {}): void {
  const position = account.positions.get(coin)
  if (position === undefined) return
  const fill = applyFill(core, account, {
    coin,
    oid: how.oid ?? core.nextOid(),
    tid: core.nextTrade().tid,
    hash: NO_TRANSACTION,
    ...(how.liquidation === undefined ? {} : { liquidation: how.liquidation }),
    cloid: null,
    crossed: false,
    time: core.now,
    isBuy: position.szi.isNegative(),
    px: core.markPx(coin),
    sz: Decimal.min(how.sz ?? position.szi.abs(), position.szi.abs()),
    dir: how.dir ?? dirOf(core, account, position, how.liquidation),
  })
  core.emit({ kind: 'fills', account, fills: [fill] })
}

function dirOf(core: EngineCore, account: Account, position: Position, liquidation: Liquidation | undefined): string {
  if (liquidation === undefined) return 'Settlement'
  const { type } = leverageOf(account, core.listing(position.coin))
  return `Liquidated ${type === 'cross' ? 'Cross' : 'Isolated'} ${position.szi.isPositive() ? 'Long' : 'Short'}`
}
