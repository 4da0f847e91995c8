import type { FundingPayment } from '@portolan/core'
import { Exact } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { account, HOUR } from '../store/behaviour/samples.ts'
import { addScripted, amount, BTC, SCOPE, ScriptedRun, ScriptedVenue, SIGNAL, START } from './scripted-account.ts'

async function holding(options: ConstructorParameters<typeof ScriptedRun>[2] = {}) {
  const store = createMemoryStore({ keepSteps: true, now: () => START })
  const venue = new ScriptedVenue()
  const position = await addScripted(store)
  const run = await ScriptedRun.start(store, venue, options)
  await run.bar(SIGNAL.buy)
  expect(run.rows[0]?.status).toBe('active')
  return { store, venue, position, run }
}

/** Two positions of one token: the 4h one holds since four hours, the 1h one since five. */
async function holdingTwice() {
  const store = createMemoryStore({ keepSteps: true, now: () => START })
  const venue = new ScriptedVenue()
  for (const timeframe of ['1h', '4h'] as const) await addScripted(store, timeframe)
  const run = await ScriptedRun.start(store, venue)
  venue.now = () => run.clock.now()
  // Four hours that are quiet for themselves are a bar of 4h that buys.
  for (let hour = 0; hour < 4; hour += 1) await run.bar(SIGNAL.buy / 4)
  await run.bar(SIGNAL.buy)
  expect(run.rows.map(({ status }) => status)).toEqual(['active', 'active'])
  return { store, venue, run }
}

function payment(id: string, usd: string, at: number): FundingPayment {
  return { id, instrument: BTC, amount: amount(usd), at }
}

describe('funding', () => {
  it('that the venue tells is part of the realised P&L, once, and of the trade when it ends', async () => {
    const { store, run, position } = await holding()
    await using _ = run
    const before = new Exact(run.rows[0]?.realisedPnlUsd ?? 0)
    const paid = payment('h1', '-0.25', START + 2 * HOUR)
    for (let n = 0; n < 3; n += 1) run.tell({ type: 'funding', payment: paid })
    await run.rest()
    expect(run.rows[0]).toMatchObject({ fundingUsd: '-0.25' })
    expect(new Exact(run.rows[0]?.realisedPnlUsd ?? 0).minus(before).toFixed()).toBe('-0.25')
    expect(await store.positions(SCOPE)).toMatchObject([{ fundingUsd: '-0.25' }])
    expect(await store.charges(position.id)).toMatchObject([{ kind: 'funding', id: 'h1', usd: '-0.25' }])
    await run.bar(SIGNAL.exit)
    const closed = run.events.find((event) => event.type === 'trade-closed')
    expect(closed).toMatchObject({ pnlUsd: Number(run.rows[0]?.realisedPnlUsd) })
  })

  it('is read from a cursor at the start, after a reconnect and every hour, and over a restart nothing is booked twice', async () => {
    const { store, run, venue, position } = await holding()
    venue.payments.push(payment('h1', '0.1', START + 2 * HOUR))
    await run.reconcile()
    expect(run.rows[0]?.fundingUsd).toBe('0.1')
    venue.payments.push(payment('h2', '0.2', START + 2 * HOUR))
    await run.reconcile()
    expect(run.rows[0]?.fundingUsd).toBe('0.1')
    run.tell({ type: 'account-reconnected' })
    await run.reconcile()
    expect(run.rows[0]?.fundingUsd).toBe('0.3')
    venue.payments.push(payment('h3', '0.4', START + 2 * HOUR))
    await run.wait(1_000)
    await run.clock.advanceBy(HOUR)
    await run.reconcile()
    expect(run.rows[0]?.fundingUsd).toBe('0.7')
    await run.engine.stop()
    venue.payments.push(payment('h4', '1', START + 3 * HOUR))
    await using again = await ScriptedRun.start(store, venue, { at: START + 4 * HOUR })
    expect(again.rows[0]?.fundingUsd).toBe('1.7')
    expect(await store.charges(position.id)).toHaveLength(4)
    expect(await store.cursor(SCOPE, position.venue, 'default', 'funding')).toBe('4')
  })

  it('of several positions is shared by what each held when it was paid, to the last digit', async () => {
    const { store, run } = await holdingTwice()
    await using _ = run
    const between = payment('one', '-1', START + 4 * HOUR + 1)
    run.tell({ type: 'funding', payment: between })
    await run.rest()
    expect(run.rows.map(({ fundingUsd }) => fundingUsd)).toEqual(['0', '-1'])
    run.tell({ type: 'funding', payment: payment('two', '-0.0000001', START + 6 * HOUR) })
    await run.rest()
    const [first, second] = run.rows.map(({ fundingUsd }) => new Exact(fundingUsd))
    expect(first?.plus(second ?? 0).toFixed()).toBe('-1.0000001')
    expect(first?.lt(0)).toBe(true)
    run.tell({ type: 'funding', payment: payment('old', '-1', START - 5) })
    await run.rest()
    expect(await store.bookedChargeIds(account(SCOPE), 'funding', ['one', 'two', 'old'])).toEqual(
      new Set(['one', 'two']),
    )
    expect(run.warnings.some((line) => line.includes('no position held it then'))).toBe(true)
  })

  it('on what is in no position of ours is reported and not booked', async () => {
    const { store, run, position } = await holding()
    await using _ = run
    run.tell({ type: 'funding', payment: { ...payment('e', '5', START), instrument: 'ETH' as typeof BTC } })
    await run.rest()
    expect(await store.charges(position.id)).toEqual([])
  })
})

describe('what the venue takes by force', () => {
  it('is booked to who held it, ends the trade, and is said', async () => {
    const { store, run, venue, position } = await holding()
    await using _ = run
    const quantity = run.rows[0]?.quantity ?? amount('0')
    const fill = venue.happens({ side: 'sell', quantity, cause: 'liquidation', at: START + 2 * HOUR })
    for (let n = 0; n < 2; n += 1) run.tell({ type: 'fill', fill })
    await run.rest()
    expect(run.rows[0]).toMatchObject({ quantity: '0', status: 'dormant' })
    expect(await store.fills(position.id)).toMatchObject([
      {},
      { id: fill.id, intentId: null, cause: 'liquidation', quantity },
    ])
    expect(run.events.filter((event) => event.type === 'trade-closed')).toHaveLength(1)
    expect(run.warnings).toContainEqual(expect.stringContaining('liquidation: the venue sold'))
    await run.reconcile()
    expect(run.gate()).toBe('open')
  })

  it('from several positions is shared by what they hold, to the last digit, and booked together', async () => {
    const { store, run, venue } = await holdingTwice()
    await using _ = run
    const before = run.rows.map(({ quantity }) => new Exact(quantity))
    const total = before.reduce((sum, one) => sum.plus(one), new Exact(0))
    const part = amount('1.23457')
    const fill = venue.happens({ side: 'sell', quantity: part, cause: 'liquidation', at: START + 6 * HOUR })
    run.tell({ type: 'fill', fill })
    await run.rest()
    const after = run.rows.map(({ quantity }) => new Exact(quantity))
    expect(after.reduce((sum, one) => sum.plus(one), new Exact(0)).toFixed()).toBe(total.minus(part).toFixed())
    for (const [index, quantity] of after.entries()) expect(quantity.lt(before[index] ?? 0)).toBe(true)
    const shares = (await Promise.all(run.rows.map(({ id }) => store.fills(id)))).map((list) => list.at(-1))
    expect(shares.map((share) => share?.id)).toEqual([fill.id, fill.id])
    expect(shares.reduce((sum, share) => sum.plus(share?.fee.amount ?? 0), new Exact(0)).toFixed()).toBe('0.03')
    await run.reconcile()
    expect(run.gate()).toBe('open')
  })

  it('from before what is held now was bought moves nothing', async () => {
    const { run, venue } = await holding()
    await using _ = run
    const before = run.rows[0]?.quantity
    const fill = venue.happens({ side: 'sell', quantity: amount('1'), cause: 'auto-deleveraging', at: START - 1 })
    run.tell({ type: 'fill', fill })
    await run.rest()
    expect(run.rows[0]?.quantity).toBe(before)
  })
})

describe('trades by others', () => {
  const trade = { side: 'buy', quantity: amount('0.5'), at: START + 2 * HOUR } as const

  it('are said once and not booked, and nothing is bought until ledger and venue agree again', async () => {
    const { store, run, venue, position } = await holding()
    await using _ = run
    const fill = venue.happens(trade)
    run.tell({ type: 'fill', fill })
    await run.rest()
    await run.reconcile()
    expect(await store.fills(position.id)).toHaveLength(1)
    expect(run.warnings.filter((line) => line.includes('by somebody else: not booked'))).toHaveLength(1)
    expect(run.gate()).toBe('exit-only')
    venue.happens({ side: 'sell', quantity: amount('0.5'), at: START + 3 * HOUR })
    await run.reconcile()
    expect(run.gate()).toBe('open')
  })

  it('are ignored where the config says so: buying goes on', async () => {
    const { run, venue } = await holding({ externalOf: () => 'ignore' })
    await using _ = run
    run.tell({ type: 'fill', fill: venue.happens(trade) })
    await run.rest()
    await run.reconcile()
    expect(run.gate()).toBe('open')
    expect(run.warnings).toEqual([])
  })

  it('are adopted where the config says so, once, and agree then', async () => {
    const { store, run, venue, position } = await holding({ externalOf: () => 'adopt' })
    await using _ = run
    const before = new Exact(run.rows[0]?.quantity ?? 0)
    run.tell({ type: 'fill', fill: venue.happens(trade) })
    await run.rest()
    await run.reconcile()
    expect(run.rows[0]?.quantity).toBe(before.plus('0.5').toFixed())
    expect(await store.fills(position.id)).toHaveLength(2)
    expect(run.gate()).toBe('open')
  })

  it('what cannot be explained by fills is adopted after two comparisons', async () => {
    const { run, venue } = await holding({ externalOf: () => 'adopt' })
    await using _ = run
    const total = (venue.held.get(BTC) ?? new Exact(0)).plus(1)
    venue.held.set(BTC, total)
    await run.reconcile()
    expect(run.gate()).toBe('exit-only')
    await run.wait(1_000)
    await run.reconcile()
    expect(run.rows[0]?.quantity).toBe(total.toFixed())
    await run.reconcile()
    expect(run.gate()).toBe('open')
  })
})

describe('agreement', () => {
  it('a read that fails changes nothing', async () => {
    const { run, venue } = await holding()
    await using _ = run
    const before = structuredClone(run.rows[0])
    venue.unreadable = true
    await expect(run.reconcile()).rejects.toThrow('503')
    expect(run.gate()).toBe('open')
    run.tell({ type: 'account-reconnected' })
    await expect(run.reconcile()).rejects.toThrow('503')
    expect(run.gate()).toBe('exit-only')
    expect(run.rows[0]).toEqual(before)
    venue.unreadable = false
    await run.reconcile()
    expect(run.gate()).toBe('open')
  })

  it('an order of ours that rests although the ledger has its end is cancelled, and nothing is bought until it is gone', async () => {
    const { store, run, venue } = await holding()
    await using _ = run
    const [intent] = await store.intents(SCOPE, 1)
    const [order] = (await store.story(intent?.id ?? ''))?.orders ?? []
    if (order === undefined) throw new Error('nothing was sent')
    const rests = { side: 'buy', limitPrice: amount('100'), remaining: amount('1'), reduceOnly: false } as const
    venue.openOrders = [{ ...rests, orderId: '1', sealedId: order.id, instrument: BTC }]
    await run.reconcile()
    expect(venue.cancelled).toEqual([order.id])
    expect(run.gate()).toBe('exit-only')
    venue.openOrders = [{ ...rests, orderId: '2', sealedId: null, instrument: BTC }]
    await run.reconcile()
    expect(venue.cancelled).toHaveLength(1)
    expect(run.gate()).toBe('open')
  })

  it('a fill that the venue tells of an order after its end is lost neither to the ledger nor to its intent', async () => {
    const { store, run, venue, position } = await holding()
    await using _ = run
    const [intent] = await store.intents(SCOPE, 1)
    const [order] = (await store.story(intent?.id ?? ''))?.orders ?? []
    const before = new Exact(run.rows[0]?.quantity ?? 0)
    const late = venue.happens({ side: 'buy', quantity: amount('0.25'), sealedId: order?.id ?? null })
    run.tell({ type: 'fill', fill: late })
    await run.reconcile()
    expect(run.rows[0]?.quantity).toBe(before.plus('0.25').toFixed())
    expect(await store.fills(position.id)).toMatchObject([{}, { id: late.id, intentId: intent?.id }])
    expect(run.warnings).toContainEqual(expect.stringContaining('a fill of an order that had ended was booked'))
    expect(run.gate()).toBe('open')
  })

  it('halts the account where the config says so', async () => {
    const { run, venue } = await holding({ onDisagreement: 'halt' })
    await using _ = run
    venue.held.set(BTC, new Exact(77))
    await run.reconcile()
    expect(run.gate()).toBe('closed')
    expect(run.engine.runtimes[0]?.gate('ETH' as typeof BTC, START).state).toBe('exit-only')
  })

  it('counts for each instrument the money that pays for it', async () => {
    const { run, venue } = await holding()
    await using _ = run
    const balance = (asset: string, available: string) => ({
      asset,
      total: amount(available),
      available: amount(available),
    })
    venue.balances = [balance('USDC', '7'), balance('x:USDC', '500'), balance('BTC', '3')]
    await run.reconcile()
    const [runtime] = run.engine.runtimes
    expect([runtime?.fundsFor(BTC), runtime?.fundsFor('ETH' as typeof BTC)]).toEqual(['7', '500'])
  })
})
