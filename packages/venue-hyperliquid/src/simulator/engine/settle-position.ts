import type { Account, VenueFill } from './account.ts'
import type { EngineCore } from './core.ts'
import { applyFill } from './fill.ts'

/** Closes what an account still holds of a coin at the mark price, against nobody. */
export function settlePosition(
  core: EngineCore,
  account: Account,
  coin: string,
  oid: number = core.nextOid(),
  liquidation?: VenueFill['liquidation'],
): void {
  const position = account.positions.get(coin)
  if (position === undefined) return
  const { tid, hash } = core.nextTrade()
  const fill = applyFill(core, account, {
    coin,
    oid,
    tid,
    hash,
    liquidation,
    cloid: null,
    crossed: true,
    time: core.now,
    isBuy: position.szi.isNegative(),
    px: core.markPx(coin),
    sz: position.szi.abs(),
  })
  core.emit({ kind: 'fills', account, fills: [fill] })
}
