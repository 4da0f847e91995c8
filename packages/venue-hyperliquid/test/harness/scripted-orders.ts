import { randomUUID } from 'node:crypto'
import type { OrderRequest, SealedOrder } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import type { SealedPayload } from '../../src/execution/sealed-payload.ts'
import type { Reply } from './scripted-venue.ts'
import type { StartedVenue } from './started-venue.ts'
import { startVenue } from './started-venue.ts'

/** An order that the instruments of the scripted venue allow. */
export const request = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  instrument: instrumentId('BTC'),
  side: 'buy',
  quantity: parseDecimal('0.001'),
  spend: null,
  limitPrice: parseDecimal('80000'),
  reduceOnly: false,
  closesPosition: false,
  urgency: 'normal',
  intentId: randomUUID(),
  ...changes,
})

/** What the adapter sealed. */
export const payloadOf = (order: SealedOrder) => order.payload as unknown as SealedPayload

/** An empty account, as of a time (ms). */
export const stateAt = (time: number) => ({
  marginSummary: { accountValue: '1000.0', totalNtlPos: '0.0', totalRawUsd: '1000.0', totalMarginUsed: '0.0' },
  withdrawable: '1000.0',
  assetPositions: [],
  time,
})
/** The answer to an order. */
export const answer = (...statuses: unknown[]): Reply => ({
  json: { status: 'ok', response: { type: 'order', data: { statuses } } },
})
/** The refusal of a whole action. */
export const refusal = (response: string): Reply => ({ json: { status: 'err', response } })
/** The venue's record of an order. */
export const record =
  (order: SealedOrder, status: string, sz: string, origSz = '0.001') =>
  () =>
    ({
      json: {
        status: 'order',
        order: {
          order: {
            coin: 'BTC',
            side: 'B',
            limitPx: '80000.0',
            sz,
            oid: 77,
            timestamp: payloadOf(order).nonce,
            origSz,
            reduceOnly: false,
            orderType: 'Limit',
            tif: 'Ioc',
            cloid: order.id,
          },
          status,
          statusTimestamp: payloadOf(order).nonce,
        },
      },
    }) as const
/** A fill of an order. */
export const fill = (order: SealedOrder, sz: string, px: string, tid: number, oid = 77) => ({
  coin: 'BTC',
  px,
  sz,
  side: 'B',
  time: payloadOf(order).nonce,
  startPosition: '0.0',
  dir: 'Open Long',
  closedPnl: '0.0',
  hash: '0x0',
  oid,
  crossed: true,
  fee: '0.01',
  tid,
  feeToken: 'USDC',
  twapId: null,
  cloid: order.id,
})

/** The adapter at a venue that knows no order and no fill yet. */
export async function startTrading(settings: Parameters<typeof startVenue>[0] = {}): Promise<StartedVenue> {
  const started = await startVenue(settings)
  started.server.info.set('clearinghouseState', () => ({ json: stateAt(started.clock.now()) }))
  started.server.info.set('orderStatus', () => ({ json: { status: 'unknownOid' } }))
  started.server.info.set('userFillsByTime', () => ({ json: [] }))
  return started
}
