import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { AMOUNTS, account, addPosition, booking, charge, fill, send, T0, unique, VENUE } from './samples.ts'

/** What everyone relies on of funding and of what orders cost: each counts once, together with what it makes of the position. */
export function chargeBehaviour(get: () => StoreUnderTest): void {
  it('books a charge with what it makes of the position, exactly', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id: positionId } = await addPosition(store, scope)
    const usd = parseDecimal(`-0.0000${'7'.repeat(34)}`)
    const amounts = { ...AMOUNTS, realisedPnlUsd: usd, fundingUsd: usd }
    const paid = [charge(unique('funding'), { usd, at: T0 + 2 }), charge(unique('funding'), { at: T0 + 1 })]
    expect(await store.bookFills(booking(positionId, [], { charges: paid, amounts }))).toBe('booked')
    expect(await store.positions(scope)).toMatchObject([{ fundingUsd: usd, realisedPnlUsd: usd, status: 'active' }])
    const owner = { positionId, ...account(scope) }
    expect(await store.charges(positionId)).toEqual(paid.toReversed().map((row) => ({ ...row, ...owner })))
  })

  it('books no charge twice, and then nothing of the call', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const [known, fresh] = [charge(unique('funding')), charge(unique('funding'))]
    await store.bookFills(booking(id, [], { charges: [known] }))
    const again = booking(id, [fill(unique('fill'))], { charges: [fresh, known], status: 'dormant' })
    expect(await store.bookFills(again)).toBe('already-booked')
    expect(await store.positions(scope)).toMatchObject([{ status: 'active' }])
    expect(await store.fills(id)).toEqual([])
    const ids = [known.id, fresh.id]
    expect(await store.bookedChargeIds(account(scope), 'funding', ids)).toEqual(new Set([known.id]))
    expect(await store.bookedChargeIds(account(scope), 'order-cost', ids)).toEqual(new Set())
    expect(await store.bookedChargeIds(account(scope, 'second'), 'funding', ids)).toEqual(new Set())
    await expect(store.bookFills(booking(id, [], { charges: [fresh, fresh] }))).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('books what moves several positions in one go, each with its part, once', async () => {
    const { store } = get()
    const scope = unique('scope')
    const [first, second] = [
      await addPosition(store, scope),
      await addPosition(store, scope, { timeframe: '4h' }),
    ] as const
    const liquidation = fill(unique('fill'), { side: 'sell', cause: 'liquidation' })
    const payment = charge(unique('funding'))
    const part = (id: string, quantity: string) =>
      booking(id, [{ ...liquidation, quantity: parseDecimal(quantity) }], { charges: [payment] })
    const parts = [part(first.id, '0.0001'), part(second.id, '0.00005')]
    expect(await store.bookShares(parts)).toBe('booked')
    expect(await store.bookShares(parts)).toBe('already-booked')
    expect(await store.bookFills(part(second.id, '0.00005'))).toBe('already-booked')
    expect(await store.fills(first.id)).toMatchObject([
      { id: liquidation.id, quantity: '0.0001', cause: 'liquidation' },
    ])
    expect(await store.fills(second.id)).toMatchObject([{ id: liquidation.id, quantity: '0.00005' }])
    expect(await store.charges(second.id)).toMatchObject([{ id: payment.id }])
  })

  it('books nothing when one of several positions is not there, or of another account', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const other = await addPosition(store, scope, { label: 'second' })
    const ours = booking(id, [fill(unique('fill'))])
    await expect(store.bookShares([ours, booking('nobody', [])])).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.bookShares([ours, booking(other.id, [])])).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.fills(id)).toEqual([])
  })

  it('writes what a refused order cost together with the refusal, once', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { positionId, intentId, sealedId } = await send(store, scope)
    const cost = charge(sealedId, { kind: 'order-cost', usd: parseDecimal('-0.0008') })
    const fee = { in: 'other', asset: 'SOL', amount: parseDecimal('0.000005'), usd: parseDecimal('0.0008') } as const
    const outcome = { kind: 'rejected', reason: 'slippage', message: 'it landed and failed', fee } as const
    const amounts = { ...AMOUNTS, feesUsd: parseDecimal('0.0008') }
    const options = { booking: booking(positionId, [], { charges: [cost], amounts }) }
    expect(await store.recordOutcome(sealedId, outcome, options)).toBe('recorded')
    expect(await store.recordOutcome(sealedId, outcome, options)).toBe('already-final')
    expect(await store.charges(positionId)).toMatchObject([{ ...cost, positionId }])
    expect(await store.positions(scope)).toMatchObject([{ feesUsd: '0.0008' }])
    const story = await store.story(intentId)
    expect(story?.charges).toMatchObject([{ id: sealedId, usd: '-0.0008', venue: VENUE }])
    expect(story?.orders).toMatchObject([{ state: 'rejected', outcome }])
  })
}
