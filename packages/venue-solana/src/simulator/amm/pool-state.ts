import { bytesOf } from '../chain/addresses.ts'
import type { Pool } from '../market/pool.ts'

/** The bytes of a pool's state account, as `amm.c` reads them. */
export function encodePoolState(pool: Pool): Uint8Array {
  const data = new Uint8Array(144)
  const view = new DataView(data.buffer)
  data.set(new TextEncoder().encode('PRTPOOL1'), 0)
  data.set(bytesOf(pool.token.mint), 8)
  data.set(bytesOf(pool.quoteMint), 40)
  data.set(bytesOf(pool.baseVault), 72)
  data.set(bytesOf(pool.quoteVault), 104)
  view.setUint16(136, pool.token.poolFeeBps, true)
  data[138] = pool.bump
  return data
}
