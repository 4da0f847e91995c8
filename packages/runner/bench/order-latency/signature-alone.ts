import type { OrderRequest } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import { clientOrderId } from '../../../venue-hyperliquid/src/execution/client-order-id.ts'
import { orderAction } from '../../../venue-hyperliquid/src/execution/order-action.ts'
import { l1ActionDigest, signatureFromBytes } from '../../../venue-hyperliquid/src/signing/index.ts'
import { holdKey } from '../../src/services/signer/held-signer.ts'
import { START } from './venue-plan.ts'

/** The yardstick: the hash of an order's action and its secp256k1 signature, by the adapter's own code and the runner's own signer, and nothing else. */
export function signatureAlone(): (turn: number) => Promise<unknown> {
  const signer = holdKey(
    'secp256k1',
    Uint8Array.from({ length: 32 }, () => 0x17),
  )
  return async (turn) => {
    const order: OrderRequest = {
      intentId: 'bench',
      instrument: instrumentId('C0'),
      side: turn % 2 === 0 ? 'buy' : 'sell',
      quantity: parseDecimal('12.345'),
      spend: null,
      limitPrice: parseDecimal('100.5'),
      reduceOnly: turn % 2 === 1,
      closesPosition: false,
      urgency: 'normal',
    }
    const action = orderAction(order, 0, CLOID)
    const nonce = START + turn
    const digest = l1ActionDigest(action, { nonce, vaultAddress: null, expiresAfter: nonce + 15_000, isMainnet: false })
    return signatureFromBytes(await signer.sign(digest))
  }
}

const CLOID = clientOrderId('bench')
