import type { Outcome } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { answer, refusal, request, startTrading } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal
const BTC = instrumentId('BTC')
const LIMITED = 'Too many cumulative requests sent (97460 > 97456) for cumulative volume traded $87457.46.'
const exit = { reduceOnly: true, closesPosition: true, side: 'sell', urgency: 'critical' } as const

const gate = ({ venue, clock }: StartedVenue) => venue.canTradeNow(BTC, clock.now())
const sent = ({ server }: StartedVenue) => server.requests.filter(({ path }) => path === '/exchange').length
const filled = () => answer({ filled: { totalSz: '0.001', avgPx: '80000', oid: 1 } })
const submit = async ({ venue }: StartedVenue, changes: object = {}): Promise<Outcome> =>
  venue.execution.submit(await venue.execution.prepare(request(changes), signal), signal)
const allowance = (used: number) => (server: ScriptedVenue) =>
  void server.info.set('userRateLimit', () => ({
    json: { cumVlm: '0.0', nRequestsUsed: used, nRequestsCap: 10_000, nRequestsSurplus: 0 },
  }))

describe('the requests that an account may make', () => {
  it('are read at the start; the last of them are kept for exits', async () => {
    await using started = await startTrading({ script: allowance(9_799) })
    started.server.exchange = filled
    expect(gate(started)).toEqual({ state: 'open' })
    await submit(started)
    expect(gate(started)).toMatchObject({ state: 'exit-only', reason: 'rate-budget' })
    expect(await submit(started, exit)).toMatchObject({ kind: 'filled' })
    // Trading has earned more.
    allowance(5_000)(started.server)
    started.clock.advance(300_000)
    await until('open again', () => gate(started).state === 'open')
  })

  it('that are used up let exits through one at a time, ten seconds apart', async () => {
    await using started = await startTrading()
    started.server.exchange = () => refusal(LIMITED)
    expect(await submit(started)).toMatchObject({ kind: 'rejected', reason: 'rate-limit', message: LIMITED })
    expect(gate(started)).toMatchObject({
      state: 'exit-only',
      reason: 'rate-budget',
      changesAt: started.clock.now() + 11_000,
    })
    started.server.exchange = filled
    const first = submit(started, exit)
    const second = submit(started, exit)
    await settle()
    expect(sent(started)).toBe(1)
    started.clock.advance(11_000)
    expect(await first).toMatchObject({ kind: 'filled' })
    expect(sent(started)).toBe(2)
    // It would have had to wait longer than it lives: nothing was sent, and the PM may try again.
    started.clock.advance(4_000)
    await expect(second).rejects.toMatchObject({ code: 'rate-limited' })
    expect(sent(started)).toBe(2)
    // The turn that it gave up is the next one's.
    started.clock.advance(7_000)
    expect(gate(started)).toEqual({ state: 'open' })
    expect(await submit(started, exit)).toMatchObject({ kind: 'filled' })
  })

  it('are asked for again when they turn out to be used up: no entry takes the turn of an exit', async () => {
    await using started = await startTrading({ script: allowance(5_000) })
    allowance(10_004)(started.server)
    started.server.exchange = () => refusal(LIMITED)
    await submit(started)
    await until(
      'read again',
      () => started.server.requests.filter(({ body }) => body.type === 'userRateLimit').length === 2,
    )
    await settle()
    started.clock.advance(60_000)
    expect(gate(started)).toMatchObject({ state: 'exit-only', reason: 'rate-budget', changesAt: null })
    started.server.exchange = filled
    expect(await submit(started, exit)).toMatchObject({ kind: 'filled' })
  })

  it('do not hold up a cancel, which has an allowance of its own', async () => {
    await using started = await startTrading()
    started.server.exchange = () => refusal(LIMITED)
    const order = await started.venue.execution.prepare(request(), signal)
    await started.venue.execution.submit(order, signal)
    started.server.exchange = () => ({
      json: { status: 'ok', response: { type: 'cancel', data: { statuses: ['success'] } } },
    })
    await started.venue.execution.cancel?.(order, signal)
    expect(sent(started)).toBe(2)
  })
})

describe('the weight of requests', () => {
  it('that is nearly used up is left to exits', async () => {
    await using started = await startTrading()
    started.server.exchange = filled
    const weight = [...started.context.budgets.values()].find(({ spec }) => spec.name.startsWith('rest-weight'))
    if (weight === undefined) throw new Error('no budget')
    weight.tryTake(weight.available('normal'), 'normal')
    expect(gate(started)).toMatchObject({ state: 'exit-only', reason: 'rate-budget' })
    const entry = submit(started)
    expect(await submit(started, exit)).toMatchObject({ kind: 'filled' })
    expect(sent(started)).toBe(1)
    started.clock.advance(15_000)
    await expect(entry).rejects.toMatchObject({ code: 'rate-limited' })
  })
})
