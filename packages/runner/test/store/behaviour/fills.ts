import type { Fill } from '@portolan/core'
import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { AMOUNTS, addPosition, booking, fill, plan, send, T0, unique, VENUE } from './samples.ts'

/** What everyone relies on of fills: each counts once, together with what it makes of the position. */
export function fillBehaviour(get: () => StoreUnderTest): void {
  it('books fills with the amounts, state and status they make of the position', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { positionId, intentId, sealedId } = await send(store, scope)
    const fills: Fill[] = [
      fill(unique('fill'), { sealedId, at: T0 + 2 }),
      fill(unique('fill'), { at: T0 + 1, fee: { in: 'base', amount: parseDecimal('0.0000001') }, cause: 'order' }),
      fill(unique('fill'), {
        at: T0 + 3,
        side: 'sell',
        fee: { in: 'other', asset: 'SOL', amount: parseDecimal('0.000005'), usd: parseDecimal('-0.00081') },
        cause: 'liquidation',
      }),
    ]
    expect(await store.bookFills(booking(positionId, fills, { intentId }))).toBe('booked')
    expect(await store.positions(scope)).toMatchObject([{ ...AMOUNTS, state: { booked: true }, status: 'active' }])
    const [first, second, third] = fills
    const owner = { positionId, intentId, venue: VENUE, label: 'default', scope }
    expect(await store.fills(positionId)).toEqual([second, first, third].map((row) => ({ ...row, ...owner })))
  })

  it('keeps amounts exact: 40 digits, 45 decimals, no exponent', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const long = `0.00001234${'3'.repeat(37)}` as Fill['price']
    const big = `123456789012345678901234567890.123456789012345678` as Fill['price']
    const amounts = { ...AMOUNTS, averageEntry: long, investedUsd: big, quantity: parseDecimal('0.000000000000000001') }
    await store.bookFills(booking(id, [fill(unique('fill'), { price: long, quantity: big })], { amounts }))
    expect(await store.positions(scope)).toMatchObject([amounts])
    expect(await store.fills(id)).toMatchObject([{ price: long, quantity: big }])
  })

  it('books no fill twice, and then nothing of the call', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const [known, fresh] = [fill(unique('fill')), fill(unique('fill'))]
    await store.bookFills(booking(id, [known]))
    const amounts = { ...AMOUNTS, quantity: parseDecimal('99') }
    const closedTrade = { pattern: unique('pattern'), closedAt: T0, r: 1, trade: null }
    const again = booking(id, [fresh, known], { amounts, state: 'again', status: 'dormant', closedTrade })
    expect(await store.bookFills(again)).toBe('already-booked')
    expect(await store.positions(scope)).toMatchObject([{ ...AMOUNTS, state: { booked: true }, status: 'active' }])
    expect(await store.fills(id)).toHaveLength(1)
    expect(await store.tradeResults(scope, VENUE, '1h', closedTrade.pattern, 10)).toEqual([])
    expect(await store.bookedFillIds(scope, VENUE, 'default', [known.id, fresh.id])).toEqual(new Set([known.id]))
  })

  it('of the same fill booked many times at once, one is booked', async () => {
    const { store } = get()
    const scope = unique('scope')
    const positions = await Promise.all(
      (['1m', '5m', '1h', '4h'] as const).map((timeframe) => addPosition(store, scope, { timeframe })),
    )
    const one = fill(unique('fill'))
    const answers = await Promise.all(positions.map(({ id }) => store.bookFills(booking(id, [one]))))
    expect(answers.toSorted()).toEqual(['already-booked', 'already-booked', 'already-booked', 'booked'])
  })

  it('knows a fill by account: the same id in another scope or label is another fill', async () => {
    const { store } = get()
    const [scope, other] = [unique('scope'), unique('scope')]
    const one = fill(unique('fill'))
    for (const position of [
      await addPosition(store, scope),
      await addPosition(store, scope, { label: 'second' }),
      await addPosition(store, other),
    ]) {
      expect(await store.bookFills(booking(position.id, [one]))).toBe('booked')
    }
    expect(await store.bookedFillIds(scope, VENUE, 'third', [one.id])).toEqual(new Set())
  })

  it('refuses a fill that is in one booking twice', async () => {
    const { store } = get()
    const { id } = await addPosition(store, unique('scope'))
    const one = fill(unique('fill'))
    await expect(store.bookFills(booking(id, [one, one]))).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.fills(id)).toEqual([])
  })

  it('books a change without fills, e.g. dust that is written off', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.bookFills(booking(id, [fill(unique('fill'))]))
    const amounts = { ...AMOUNTS, quantity: parseDecimal('0'), averageEntry: null }
    expect(await store.bookFills(booking(id, [], { amounts, status: 'watchlist' }))).toBe('booked')
    expect(await store.positions(scope)).toMatchObject([{ ...amounts, status: 'watchlist' }])
  })

  it('writes the trade that the fills ended', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const closedTrade = { pattern: 'S1.buySignal', closedAt: T0, r: 1.25, trade: { entry: '100' } }
    await store.bookFills(booking(id, [fill(unique('fill'))], { closedTrade }))
    expect(await store.tradeResults(scope, VENUE, '1h', 'S1.buySignal', 10)).toEqual([1.25])
  })

  it('books thousands of fills at once', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const fills = Array.from({ length: 2500 }, (_, i) => fill(unique(`fill-${i}`), { at: T0 + i }))
    expect(await store.bookFills(booking(id, fills))).toBe('booked')
    const ids = fills.map((row) => row.id)
    expect((await store.bookedFillIds(scope, VENUE, 'default', [...ids, 'another'])).size).toBe(2500)
    expect((await store.fills(id)).map((row) => row.id)).toEqual(ids)
  })

  it('books nothing of one position for the intent of another', async () => {
    const { store } = get()
    const { intentId } = await plan(store, unique('scope'))
    const { id } = await addPosition(store, unique('scope'))
    const strange = booking(id, [fill(unique('fill'))], { intentId })
    await expect(store.bookFills(strange)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.fills(id)).toEqual([])
  })

  it('says that the position or the intent does not exist', async () => {
    const { store } = get()
    await expect(store.bookFills(booking('nobody', []))).rejects.toMatchObject({ code: 'not-found' })
    const { positionId } = await plan(store, unique('scope'))
    const strange = booking(positionId, [fill(unique('fill'))], { intentId: 'nothing' })
    await expect(store.bookFills(strange)).rejects.toMatchObject({ code: 'not-found' })
    expect(await store.fills(positionId)).toEqual([])
  })
}
