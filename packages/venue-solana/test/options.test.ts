import { describe, expect, it } from 'vitest'
import { isLoopbackUrl, publicAddress, USDC_MINT } from '../src/endpoints.ts'
import venue from '../src/index.ts'
import { solanaOptions } from '../src/options.ts'
import { addressOf } from './market-data/harness/chain-accounts.ts'

const messagesOf = (input: unknown) => {
  const result = solanaOptions.safeParse(input)
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

const at = (url: string, more: object = {}) => ({
  network: 'simulator',
  rpc: [{ url }],
  jupiter: { url },
  gecko: { url },
  ...more,
})
const LOOPBACK = 'http://127.0.0.1:9000'

describe('options', () => {
  it('are those of mainnet with USDC when nothing is said', () => {
    const options = solanaOptions.parse({})
    expect(options).toMatchObject({ network: 'mainnet', quoteMint: USDC_MINT, quoteAsset: 'USDC', instruments: [] })
    expect(options.rpc).toMatchObject([
      { url: 'https://api.mainnet-beta.solana.com', wsUrl: 'wss://api.mainnet-beta.solana.com' },
    ])
  })

  it.each([LOOPBACK, 'http://localhost:1', 'http://[::1]:9000', 'http://0x7f000001'])(
    'let the simulator be at %s',
    (url) => {
      expect(isLoopbackUrl(url)).toBe(true)
      expect(messagesOf(at(url))).toEqual([])
    },
  )

  it.each([
    ['rpc.0.url', at(LOOPBACK, { rpc: [{ url: 'https://rpc.example' }] })],
    ['rpc.1.wsUrl', at(LOOPBACK, { rpc: [{ url: LOOPBACK }, { url: LOOPBACK, wsUrl: 'wss://rpc.example' }] })],
    ['jupiter.url', at(LOOPBACK, { jupiter: { url: 'http://127.0.0.1.example.com' } })],
    ['gecko.url', at(LOOPBACK, { gecko: {} })],
    ['rpc.0.url', { network: 'simulator' }],
  ])('refuse a simulator that is elsewhere: %s', (path, input) => {
    expect(messagesOf(input)).toContainEqual(
      expect.stringMatching(new RegExp(`^${path}: .*only connects to this machine`)),
    )
  })

  it('say nothing of an address, which may hold a key', () => {
    const found = messagesOf(at(LOOPBACK, { rpc: [{ url: 'https://rpc.example/v2/my-secret-key' }] }))
    expect(found.join()).not.toContain('secret')
    expect(publicAddress('wss://user:pass@rpc.example:8900/v2/key?api-key=x')).toBe('wss://rpc.example:8900')
  })

  it('a token is named once, is an address, and is not what is paid with', () => {
    const mint = addressOf(1)
    expect(messagesOf({ instruments: [{ mint }, { mint }] })).toEqual([
      expect.stringMatching(/^instruments\.1\.mint: named twice/),
    ])
    expect(messagesOf({ instruments: [{ mint: USDC_MINT }] })).toHaveLength(1)
    expect(messagesOf({ instruments: [{ mint: '0xabc' }] })).toEqual([expect.stringContaining('base58')])
    expect(messagesOf({ instruments: [{ mint, source: 'pool' }] })).toEqual([
      expect.stringMatching(/^instruments\.0\.vaults/),
    ])
  })

  it('waits for networks are stretched by the speed of the clock, cadences are not', () => {
    const { timing } = solanaOptions.parse(at(LOOPBACK, { timeScale: 60 }))
    expect(timing).toMatchObject({ requestMs: 600_000, slotStaleMs: 600_000, priceMs: 10_000, verifyMs: 60_000 })
    expect(messagesOf({ timeScale: 2 })).toEqual([expect.stringContaining('cannot be scaled')])
  })

  it('only the simulator, which is on this machine, counts as simulated', () => {
    expect(venue.network?.(solanaOptions.parse(at(LOOPBACK)))).toEqual({ name: 'simulator', simulated: true })
    expect(venue.network?.(solanaOptions.parse({}))).toEqual({ name: 'mainnet', simulated: false })
    expect(venue.key).toEqual({ tokenChain: 'solana', bookId: 'onchain_crypto' })
  })

  it('what is not an option is refused', () => {
    expect(messagesOf({ lever: 1 })).toHaveLength(1)
    expect(messagesOf({ instruments: [{ mint: addressOf(1), pools: [] }] })).toHaveLength(1)
  })
})
