import { once } from 'node:events'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store.ts'
import type { PostgresServer } from '../fixtures/postgres.ts'
import { startPostgres } from '../fixtures/postgres.ts'
import { account, addPosition, booking, fill, HOUR, newIntent, sealed, step, T0, unique } from './behaviour/samples.ts'

const open = (url: string): Promise<Store> => openStore({ kind: 'postgres', url }, { now: () => T0 })

async function refusal(url: string): Promise<StoreError> {
  const error = await open(url).then(
    () => new Error('it was opened'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof StoreError)) throw error
  return error
}

describe('PostgreSQL store', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  it('says where there is no database, and never shows the password', async () => {
    const there = new URL(server.url)
    const wrong: readonly (readonly [string, (url: URL) => void])[] = [
      ['127.0.0.1:1,', (url) => (url.port = '1')],
      ['no-such-host.invalid:', (url) => (url.hostname = 'no-such-host.invalid')],
      ['database "nowhere"', (url) => (url.pathname = '/nowhere')],
      ['role "nobody-we-know"|user "nobody-we-know"', (url) => (url.username = 'nobody-we-know')],
      ['password', (url) => (url.password = 'a-wrong-password-that-must-not-show')],
    ]
    for (const [named, change] of wrong) {
      const url = new URL(there)
      change(url)
      const error = await refusal(url.href)
      expect(error.code).toBe('unreachable')
      expect(error.message).toMatch(new RegExp(named))
      expect(error.message).toContain('PostgreSQL at')
      for (const secret of [server.password, 'must-not-show']) {
        expect(`${error.message} ${error.stack} ${JSON.stringify(error.cause)}`).not.toContain(secret)
      }
    }
  })

  it('refuses an address that is none, without repeating it', async () => {
    for (const url of [
      'mysql://me:must-not-show@host/db',
      'postgres://me:must-not-show@host:port/db',
      'must-not-show',
    ]) {
      const error = await refusal(url)
      expect(error).toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('postgres://user:password@host'),
      })
      expect(`${error.stack} ${String(error.cause)}`).not.toContain('must-not-show')
    }
  })

  it('can be opened for the first time by several runners at once', async () => {
    const url = await server.createDatabase('at_once')
    const stores = await Promise.all(Array.from({ length: 4 }, () => open(url)))
    const scope = unique('scope')
    const added = await Promise.all(stores.map((store) => addPosition(store, scope)))
    expect(new Set(added.map((row) => row.id)).size).toBe(1)
    // Of the same step recorded through all of them, one is recorded: no bar is evaluated twice.
    const answers = await Promise.all(stores.map((store) => store.recordStep(step(added[0]?.id ?? '', T0))))
    expect(answers.toSorted()).toEqual(['already-recorded', 'already-recorded', 'already-recorded', 'recorded'])
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()))
  })

  it('outlives connections that break and a server that restarts', async () => {
    await using store = await open(await server.createDatabase('restarts'))
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await server.stop()
    await expect(store.recordStep(step(id, T0))).rejects.toMatchObject({ name: 'StoreError', code: 'unreachable' })
    await expect(store.positions(scope)).rejects.toMatchObject({ code: 'unreachable' })
    await server.start()
    expect(await store.recordStep(step(id, T0))).toBe('recorded')
    expect(await store.positions(scope)).toMatchObject([{ lastBarTs: T0 }])
  })

  it('lets one runner at a time hold a name, and says when the connection that held it broke', async () => {
    const url = await server.createDatabase('claims')
    await using first = await open(url)
    await using second = await open(url)
    const claim = await first.claim(account('live'))
    await expect(second.claim(account('live'))).rejects.toMatchObject({ code: 'locked' })
    const lost = once(claim.lost, 'abort')
    await server.stop()
    await lost
    await server.start()
    await using _taken = await second.claim(account('live'))
    await expect(first.claim(account('live'))).rejects.toMatchObject({ code: 'locked' })
    await claim[Symbol.asyncDispose]()
  })

  it('of two runners on one database the one whose claim is older can execute nothing, whatever it believes', async () => {
    const url = await server.createDatabase('fenced')
    await using stale = await open(url)
    await using current = await open(url)
    const scope = unique('scope')
    const [first, second] = [await addPosition(stale, scope), await addPosition(stale, scope, { timeframe: '4h' })]
    await using old = await stale.claim(account(scope))
    const [plannedBefore, bookedBefore] = [unique('intent'), fill(unique('fill'))]
    await stale.recordStep(step(first.id, T0, { intent: newIntent(plannedBefore) }), old.fence)

    // Its connection breaks without its noticing in time, as when the process stands still: the claim is given to the next.
    const breaker = new pg.Client({ connectionString: url })
    await breaker.connect()
    await breaker.query(
      `select pg_terminate_backend(pid, 20000) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`,
    )
    await breaker.end()
    await using claim = await current.claim(account(scope))
    expect(claim.fence.token).toBeGreaterThan(old.fence.token)

    const order = { intentId: plannedBefore, sealed: sealed(unique('order')), request: null }
    const writes = [
      () => stale.recordStep(step(second.id, T0, { intent: newIntent(unique('intent')) }), old.fence),
      () => stale.sealOrder(order, old.fence),
      () => stale.bookFills(booking(first.id, [bookedBefore]), old.fence),
    ]
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'fenced' })
    expect(old.lost.aborted).toBe(true)

    await current.sealOrder(order, claim.fence)
    await expect(stale.markSubmitting(order.sealed.id, old.fence)).rejects.toMatchObject({ code: 'fenced' })
    await current.markSubmitting(order.sealed.id, claim.fence)
    expect(await current.recordStep(step(second.id, T0), claim.fence)).toBe('recorded')
    expect(await current.bookFills(booking(first.id, [bookedBefore]), claim.fence)).toBe('booked')
  })

  it('a claim waits for what the last holder is writing, and nothing of that comes after it', async () => {
    const url = await server.createDatabase('races')
    await using stale = await open(url)
    await using current = await open(url)
    for (let round = 0; round < 5; round += 1) {
      const scope = unique('scope')
      const { id } = await addPosition(stale, scope)
      const old = await stale.claim(account(scope))
      await old[Symbol.asyncDispose]()
      let claimed = false
      const writes = Array.from({ length: 10 }, async (_, n) => {
        const begunBefore = !claimed
        const answer = await stale.recordStep(step(id, T0 + n * HOUR), old.fence).catch((error: unknown) => error)
        return { begunBefore, refused: answer instanceof StoreError && answer.code === 'fenced' }
      })
      await using _claim = await current.claim(account(scope))
      claimed = true
      const seen = await current.positions(scope)
      const later = await stale.recordStep(step(id, T0 + 99 * HOUR), old.fence).catch((error: unknown) => error)
      expect(later).toMatchObject({ code: 'fenced' })
      expect((await Promise.all(writes)).every(({ begunBefore, refused }) => begunBefore || refused)).toBe(true)
      expect(await current.positions(scope)).toEqual(seen)
    }
  })

  it('leaves the number parsers of the process alone', () => {
    expect(pg.types.getTypeParser(pg.types.builtins.INT8)('9007199254740993')).toBe('9007199254740993')
  })
})
