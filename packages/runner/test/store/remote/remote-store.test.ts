import { mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLogger } from '../../../src/services/index.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { connectStore } from '../../../src/store/remote/remote-store.ts'
import { storeSocketPath } from '../../../src/store/remote/socket-path.ts'
import { serveStore } from '../../../src/store/remote/store-server.ts'
import { addPosition, BTC, plan, T0, unique, VENUE } from '../behaviour/samples.ts'

describe('the store of a runner in another process', () => {
  const store = createMemoryStore({ now: () => T0, keepSteps: true })
  let orders = 0
  const onOrder = () => {
    orders += 1
  }
  let path = ''
  let server: AsyncDisposable

  beforeAll(async () => {
    path = storeSocketPath(join(await mkdtemp(join(tmpdir(), 'portolan-')), 'db'))
    const logger = createLogger({ level: 'silent', pretty: false })
    server = await serveStore({ store, path, logger, onOrder: async () => onOrder() })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function connected() {
    const remote = await connectStore(path)
    if (remote === null) throw new Error('nobody listens')
    return remote
  }

  it('reads what the runner wrote, to the letter', async () => {
    const scope = unique('scope')
    const { intentId } = await plan(store, scope)
    await using remote = await connected()
    expect(await remote.positions(scope)).toEqual(await store.positions(scope))
    expect(await remote.story(intentId)).toEqual(await store.story(intentId))
    expect(await remote.story('no such intent')).toBeNull()
  })

  it('lets a person order something, and tells the runner at once', async () => {
    const scope = unique('scope')
    const position = await addPosition(store, scope)
    await using remote = await connected()
    const before = orders
    await remote.setPaused(position.id, true)
    await remote.setIntentDelta({
      scope,
      venue: VENUE,
      instrument: BTC,
      intentA: 1,
      intentE: 0,
      expiresAt: T0 + 1,
      reason: 'ä "quote"\n',
    })
    await remote.saveTradingOrder({
      scope,
      target: 'all',
      state: 'halted',
      flattenAt: null,
      reason: 'because',
      by: 'operator',
      at: T0,
    })
    expect(orders - before).toBe(3)
    expect((await store.positions(scope))[0]?.paused).toBe(true)
    expect(await store.tradingOrders(scope)).toMatchObject([{ state: 'halted' }])
    expect((await store.intentDeltas(scope))[0]?.reason).toBe('ä "quote"\n')
  })

  it('refuses as the store itself does, with the same code', async () => {
    await using remote = await connected()
    await expect(remote.setPaused('nobody', true)).rejects.toMatchObject({ name: 'StoreError', code: 'not-found' })
  })

  it('is for its owner alone', async () => {
    if (process.platform === 'win32') return
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is nobody where no runner listens, also where one died', async () => {
    expect(await connectStore(`${path}-not`)).toBeNull()
  })
})
