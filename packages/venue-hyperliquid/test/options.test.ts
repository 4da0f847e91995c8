import { describe, expect, it } from 'vitest'
import { isLoopbackUrl } from '../src/adapter/endpoints.ts'
import venue from '../src/index.ts'
import { hyperliquidOptions } from '../src/options.ts'

const messagesOf = (input: unknown) => {
  const result = hyperliquidOptions.safeParse(input)
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

describe('options', () => {
  it('trade on the testnet when nothing is said', () => {
    const options = hyperliquidOptions.parse({})
    expect(options.network).toBe('testnet')
    expect(options.url).toBe('https://api.hyperliquid-testnet.xyz')
    expect(options.wsUrl).toBe('wss://api.hyperliquid-testnet.xyz/ws')
    expect(options.limits.weightPerMinute).toBe(1200)
  })

  it('keep the network apart from the address: a proxy does not change what is signed', () => {
    const options = hyperliquidOptions.parse({ network: 'mainnet', url: 'https://proxy.example/hl/' })
    expect(options.network).toBe('mainnet')
    expect(options.wsUrl).toBe('wss://proxy.example/hl/ws')
  })

  it.each([
    'http://127.0.0.1:9000',
    'http://127.8.9.10',
    'http://localhost:1',
    'http://[::1]:9000',
    'http://0x7f000001',
  ])('let the simulator be at %s', (url) => {
    expect(isLoopbackUrl(url)).toBe(true)
    expect(messagesOf({ network: 'simulator', url })).toEqual([])
  })

  it.each([
    'https://api.hyperliquid.xyz',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://128.0.0.1',
  ])('refuse the simulator at %s', (url) => {
    expect(messagesOf({ network: 'simulator', url })).toEqual([
      expect.stringContaining('only connects to this machine'),
    ])
  })

  it('refuse a simulator whose sockets are elsewhere', () => {
    const input = { network: 'simulator', url: 'http://127.0.0.1:9000', wsUrl: 'wss://api.hyperliquid.xyz/ws' }
    expect(messagesOf(input)).toEqual([expect.stringMatching(/^wsUrl: .*only connects to this machine/)])
  })

  it('report every mistake at once, with its path', () => {
    const found = messagesOf({ network: 'moonnet', account: '0x12', limits: { weightPerMinute: -1 }, lever: 3 })
    expect(found.join('\n')).toMatch(/network:/)
    expect(found.join('\n')).toMatch(/account: expected an address/)
    expect(found.join('\n')).toMatch(/limits\.weightPerMinute:/)
    expect(found.join('\n')).toMatch(/lever/)
  })

  it('stretch what waits for a wire by the speed of the clock, and allow that only for the simulator', () => {
    const scaled = hyperliquidOptions.parse({ network: 'simulator', url: 'http://127.0.0.1:9000', timeScale: 60 })
    expect(scaled.timing.requestMs).toBe(600_000)
    expect(scaled.timing.instrumentsMs).toBe(300_000)
    expect(messagesOf({ network: 'mainnet', timeScale: 60 })).toEqual([expect.stringMatching(/^timeScale:/)])
  })

  it('make only the simulator a simulated network', () => {
    const network = (input: object) => venue.network?.(hyperliquidOptions.parse(input))
    expect(network({ network: 'simulator', url: 'http://127.0.0.1:9000' })).toEqual({
      name: 'simulator',
      simulated: true,
    })
    expect(network({ network: 'testnet', url: 'http://127.0.0.1:9000' })).toEqual({ name: 'testnet', simulated: false })
    expect(network({ network: 'mainnet' })).toEqual({ name: 'mainnet', simulated: false })
  })
})
