import type { Fill } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { OrderUpdate } from '../../src/account/account-frames.ts'
import { orderUpdateShape } from '../../src/account/account-frames.ts'
import { outcomeOfUpdate } from '../../src/account/order-update.ts'

const update = (status: string, sz: string): OrderUpdate =>
  orderUpdateShape.parse({
    order: {
      coin: 'BTC',
      side: 'B',
      limitPx: '80000.0',
      sz,
      oid: 7,
      timestamp: 1,
      origSz: '0.003',
      cloid: `0x${'00'.repeat(16)}`,
    },
    status,
    statusTimestamp: 1,
  })

const fill = (quantity: string, price: string): Fill => ({
  id: `${quantity}@${price}`,
  orderId: '7',
  sealedId: null,
  instrument: instrumentId('BTC'),
  side: 'buy',
  price: parseDecimal(price),
  quantity: parseDecimal(quantity),
  fee: { in: 'quote', amount: parseDecimal('0') },
  at: 1,
})

describe('an update of an order', () => {
  it('tells how much of a resting order is done', () => {
    expect(outcomeOfUpdate(update('open', '0.002'), [])).toEqual({ kind: 'resting', orderId: '7', filled: '0.001' })
  })

  it('tells an end only with all fills that belong to it', () => {
    expect(outcomeOfUpdate(update('filled', '0.0'), [fill('0.001', '100')])).toBeNull()
    const fills = [fill('0.001', '100'), fill('0.002', '130')]
    expect(outcomeOfUpdate(update('filled', '0.0'), fills)).toEqual({
      kind: 'filled',
      orderId: '7',
      filled: '0.003',
      averagePrice: '120',
      fills,
    })
  })

  it('calls an order partial of which the rest was cancelled', () => {
    const outcome = outcomeOfUpdate(update('reduceOnlyCanceled', '0.002'), [fill('0.001', '100')])
    expect(outcome).toMatchObject({ kind: 'partial', filled: '0.001', averagePrice: '100' })
  })

  it('tells nothing by a status that is not known, or by an execution of no amount', () => {
    expect(outcomeOfUpdate(update('somethingNew', '0.003'), [])).toBeNull()
    expect(outcomeOfUpdate(update('filled', '0.003'), [fill('0.001', '100')])).toBeNull()
  })
})
