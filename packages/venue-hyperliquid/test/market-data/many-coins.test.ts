import { describe, expect, it } from 'vitest'
import type { Market } from '../harness/market.ts'
import { coinNames, startMarket } from '../harness/market.ts'
import { acknowledge } from '../harness/scripted-venue.ts'

const budget = ({ context }: Market, name: string) => {
  const found = [...context.budgets.values()].find(({ spec }) => spec.name.startsWith(name))
  if (found === undefined) throw new Error(`no budget ${name}`)
  return found
}
const liveOf = (market: Market, coins: readonly string[]) => coins.filter((coin) => market.kind(coin) === 'live')

describe('a thousand coins', () => {
  it('are subscribed over one socket, and again after a reconnect in the middle of it, within the messages of a minute', async () => {
    const coins = coinNames(980)
    await using market = await startMarket(coins)
    const { server } = market
    let frames = 0
    server.onFrame = (socket, message) => {
      acknowledge(socket, message)
      frames += 1
      if (frames === 600) socket.terminate()
    }
    market.want(coins)
    await market.passUntil('all live', () => liveOf(market, coins).length === coins.length, 300_000)
    expect(budget(market, 'socket-messages').most).toBeLessThanOrEqual(2000)
    // What was sent into a connection that was dead already is counted, too.
    expect(server.frames.length).toBeLessThanOrEqual(budget(market, 'socket-messages').taken)
    expect(server.frames.length).toBeGreaterThan(980 + 600)
    expect(budget(market, 'subscriptions').held).toBe(981)
    expect(server.connections.filter((socket) => socket.readyState === socket.OPEN)).toHaveLength(1)
  })

  it('wait for the next minute when the connection is lost again and again, and leave messages for exits', async () => {
    const coins = coinNames(700)
    await using market = await startMarket(coins, { options: { limits: { messagesPerMinute: 1000 } } })
    const { server } = market
    let frames = 0
    server.onFrame = (socket, message) => {
      acknowledge(socket, message)
      frames += 1
      if (frames % 300 === 0 && frames < 1000) socket.terminate()
    }
    market.want(coins)
    await market.passUntil('all live', () => liveOf(market, coins).length === coins.length, 600_000)
    // Pings alone draw on what is kept.
    expect(budget(market, 'socket-messages').most).toBeLessThanOrEqual(1000 - 200 + 5)
  })

  it('are shared out among connections where one is to carry only so many', async () => {
    const coins = coinNames(30)
    await using market = await startMarket(coins, { options: { limits: { subscriptionsPerConnection: 11 } } })
    market.want(coins)
    await market.passUntil('all live', () => liveOf(market, coins).length === coins.length)
    expect(market.server.connections.map((_, index) => market.server.subscribed(index).length)).toEqual([10, 10, 10])
    expect(budget(market, 'open-sockets').held).toBe(3)
    market.want(coins.slice(0, 25))
    await market.pass(1000)
    expect(budget(market, 'subscriptions').held).toBe(28)
  })

  it('give back every socket and subscription when the venue is left', async () => {
    const coins = coinNames(20)
    const market = await startMarket(coins)
    market.want(coins)
    await market.passUntil('all live', () => liveOf(market, coins).length === coins.length)
    await market[Symbol.asyncDispose]()
    expect([budget(market, 'subscriptions').held, budget(market, 'open-sockets').held]).toEqual([0, 0])
    // The one that is left sends the mids of the test.
    expect(market.clock.pending).toBe(1)
  })
})

describe('one poison among two hundred', () => {
  const coins = coinNames(200)
  const POISON = 'C137'

  const coinOf = (message: Readonly<Record<string, unknown>>) =>
    (message.subscription as { readonly coin?: string } | undefined)?.coin
  const isConvicted = (market: Market) => {
    const gate = market.gate(POISON)
    return gate.state !== 'open' && gate.reason === 'venue:subscription-refused'
  }

  /** The venue drops the connection at the poison, so long after it. @param answers whether it acknowledges it first. */
  async function poisoned(delayMs: number, answers: boolean): Promise<Market> {
    const market = await startMarket(coins)
    const { server, clock } = market
    server.onFrame = (socket, message) => {
      const isPoison = coinOf(message) === POISON
      if (!isPoison || message.method !== 'subscribe' || answers) acknowledge(socket, message)
      if (isPoison && message.method === 'subscribe') clock.after(delayMs, () => socket.terminate())
    }
    return market
  }

  it.each([
    ['at once, unanswered', 0, false],
    ['0.8 s later, unanswered', 800, false],
    ['0.8 s later, although it was answered', 800, true],
  ])('is found when the connection dies %s; the others live', async (_, delayMs, answers) => {
    await using market = await poisoned(delayMs, answers)
    const { server, context } = market
    const innocent = coins.filter((coin) => coin !== POISON)
    market.want(coins)
    await market.passUntil('the verdict', () => isConvicted(market), 180_000)
    await market.passUntil('all live again', () => liveOf(market, innocent).length === innocent.length, 60_000)
    expect(market.gate(POISON)).toMatchObject({
      state: 'exit-only',
      reason: 'venue:subscription-refused',
      message: expect.stringMatching(/drops the connection/),
    })
    const convicted = context.log.filter(({ level }) => level === 'error')
    expect(convicted.map(({ fields }) => fields?.coin)).toEqual([POISON])
    for (const coin of innocent) expect(market.gate(coin)).toEqual({ state: 'open' })
    // Trials harm nobody: the connection that carries the others stays, and nothing is tried any more.
    const connections = server.connections.length
    expect(connections).toBeLessThanOrEqual(22)
    await market.pass(60_000, 1000)
    expect(server.connections.length).toBe(connections)
    expect(server.connections.filter((socket) => socket.readyState === socket.OPEN)).toHaveLength(1)
    expect(budget(market, 'socket-messages').most).toBeLessThanOrEqual(1800)
  })

  it('is tried again after ten minutes and a new list, on a connection of its own, and streamed when it is one no more', async () => {
    await using market = await poisoned(0, false)
    const { server } = market
    market.want(coins)
    await market.passUntil('the verdict', () => isConvicted(market), 180_000)
    await market.passUntil('C0 lives', () => market.gate('C0').state === 'open')
    const asked = () => server.frames.filter(({ message }) => coinOf(message) === POISON).length
    const before = asked()
    await market.pass(500_000, 5000)
    expect(asked()).toBe(before)
    server.onFrame = acknowledge
    await market.passUntil('streamed', () => market.gate(POISON).state === 'open', 900_000)
    expect(market.source(POISON)).toMatchObject({ kind: 'stream' })
    expect(market.kind('C0')).toBe('live')
  })
})
