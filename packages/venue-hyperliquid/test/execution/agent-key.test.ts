import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import { payloadOf, refusal, request, stateAt } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal
const BTC = instrumentId('BTC')
const MASTER = `0x${'aa'.repeat(20)}`
const OTHER = `0x${'bb'.repeat(20)}`
const SUB = `0x${'cc'.repeat(20)}`
const VAULT = `0x${'dd'.repeat(20)}`
const signer = throwawaySigner()
const KEY = publicKeyAddress(signer.publicKey)

const AGENT = { role: 'agent', data: { user: MASTER } }
const ROLES: Record<string, object> = {
  [KEY]: AGENT,
  [MASTER]: { role: 'user' },
  [OTHER]: { role: 'user' },
  [SUB]: { role: 'subAccount', data: { master: MASTER } },
  [VAULT]: { role: 'vault' },
}

/** On the testnet, in name: what is refused there is allowed at a simulator. */
function start(options: object = {}, roles: object = {}, more: (server: ScriptedVenue) => void = () => undefined) {
  const all: Record<string, object> = { ...ROLES, ...roles }
  return startVenue({
    options: { network: 'testnet', ...options },
    context: { signer },
    script: (server) => {
      server.info.set('userRole', ({ user }) => ({ json: all[user as string] ?? { role: 'missing' } }))
      server.info.set('clearinghouseState', () => ({ json: stateAt(Date.UTC(2026, 0, 15)) }))
      more(server)
    },
  })
}

const accountRead = async ({ venue, server }: StartedVenue) => {
  await venue.account.positions(signal)
  return server.requests.at(-1)?.body.user
}
const vaultOf = async ({ venue }: StartedVenue) => {
  const { body } = payloadOf(await venue.execution.prepare(request(), signal))
  return (JSON.parse(body) as { vaultAddress: string | null }).vaultAddress
}

describe('the key', () => {
  it('of an agent trades and reads the account of its master, named or not', async () => {
    await using unnamed = await start()
    expect(await accountRead(unnamed)).toBe(MASTER)
    await using named = await start({ account: MASTER })
    expect(await accountRead(named)).toBe(MASTER)
    expect(await vaultOf(named)).toBeNull()
  })

  it('of an account itself is refused, unless the config insists', async () => {
    const own = { [KEY]: { role: 'user' } }
    await expect(start({}, own)).rejects.toThrow(/its key can withdraw everything.*allowMasterKey: true insists/)
    await using insisting = await start({ allowMasterKey: true }, own)
    expect(await accountRead(insisting)).toBe(KEY)
    // A simulator has no money to lose, and no agents to begin with; there it may be demanded too.
    await using simulated = await start({ network: 'simulator' }, own)
    expect(await accountRead(simulated)).toBe(KEY)
    await expect(start({ network: 'simulator', allowMasterKey: false }, own)).rejects.toMatchObject({
      code: 'misconfigured',
    })
  })

  it('that the venue does not know is refused, naming the network', async () => {
    await expect(start({}, { [KEY]: { role: 'missing' } })).rejects.toThrow(
      /neither as an agent nor as an account on testnet/,
    )
  })

  it('of an agent of somebody else is refused, naming both', async () => {
    await expect(start({ account: OTHER })).rejects.toThrow(new RegExp(`acts for ${MASTER}, not for ${OTHER}`))
    const stranger = { [SUB]: { role: 'subAccount', data: { master: OTHER } } }
    await expect(start({ vault: SUB }, stranger)).rejects.toThrow(new RegExp(`approve it as an agent of ${OTHER}`))
  })
})

describe('a vault or sub-account', () => {
  it.each([
    ['sub-account', SUB],
    ['vault', VAULT],
  ])('is traded on behalf of, and read by its own address: a %s', async (_name, address) => {
    await using started = await start({ vault: address })
    expect(await accountRead(started)).toBe(address)
    expect(await vaultOf(started)).toBe(address)
  })

  it("is refused as the account: orders would be the master's", async () => {
    await expect(start({ account: SUB })).rejects.toThrow(/is a sub-account: name it in options\.vault/)
    await expect(start({ account: VAULT })).rejects.toThrow(/is a vault: name it in options\.vault/)
    await expect(start({ account: MASTER, vault: SUB })).rejects.toThrow(/differ/)
    await expect(start({ vault: OTHER })).rejects.toThrow(/is no vault and no sub-account/)
    await expect(start({ vault: VAULT }, { [VAULT]: AGENT })).rejects.toThrow(/is an agent/)
  })
})

describe('an agent that may no longer sign', () => {
  const submit = async (started: StartedVenue) =>
    started.venue.execution.submit(await started.venue.execution.prepare(request(), signal), signal)
  const gate = ({ venue, clock }: StartedVenue) => venue.canTradeNow(BTC, clock.now())

  it.each([
    ['removed', `User or API Wallet ${KEY} does not exist.`],
    ['replaced', `Must deposit before performing actions. User: ${MASTER}`],
  ])('because it was %s leaves exits open only, says so, and is looked at again', async (_name, text) => {
    const roles: Record<string, object> = {}
    await using started = await start({}, roles)
    started.server.exchange = () => refusal(text)
    expect(await submit(started)).toMatchObject({ kind: 'rejected', reason: 'not-authorised', message: text })
    expect(gate(started)).toMatchObject({ state: 'exit-only', reason: 'venue:not-authorised' })
    expect(
      started.context.log.some(({ level, message }) => level === 'error' && message.includes('no longer accepts')),
    ).toBe(true)
    started.server.info.set('userRole', () => ({ json: { role: 'missing' } }))
    started.clock.advance(300_000)
    await settle()
    expect(gate(started)).toMatchObject({ reason: 'venue:not-authorised' })
    started.server.info.set('userRole', () => ({ json: AGENT }))
    started.clock.advance(300_000)
    await until('open again', () => gate(started).state === 'open')
  })

  it("is not what a stranger's address means: then one action was hashed wrongly", async () => {
    await using started = await start()
    started.server.exchange = () => refusal(`User or API Wallet ${OTHER} does not exist.`)
    expect(await submit(started)).toMatchObject({ kind: 'rejected', reason: 'not-authorised' })
    expect(gate(started)).toEqual({ state: 'open' })
    expect(started.context.log.some(({ message }) => message.includes('another signer'))).toBe(true)
  })

  it('is not meant by a refusal of something else', async () => {
    await using started = await start({ vault: VAULT })
    started.server.exchange = () => refusal(`Vault not registered: ${VAULT}`)
    expect(await submit(started)).toMatchObject({ kind: 'rejected', reason: 'not-authorised' })
    expect(gate(started)).toEqual({ state: 'open' })
    expect(started.context.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('because its time has come is warned of before, and opens nothing after', async () => {
    const now = Date.UTC(2026, 0, 15)
    await using started = await start({}, {}, (server) => {
      server.info.set('extraAgents', () => ({ json: [{ name: 'bot', address: KEY, validUntil: now + 86_400_000 }] }))
    })
    expect(started.context.log.some(({ message }) => message.includes('expires soon'))).toBe(true)
    expect(gate(started)).toEqual({ state: 'open' })
    expect(started.venue.canTradeNow(BTC, now + 86_400_000)).toMatchObject({ state: 'exit-only' })
  })
})
