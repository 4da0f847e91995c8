import { instrumentId } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokenDetailsOf } from '../../src/instruments/token-instrument.ts'
import { TOKEN_PROGRAM } from '../../src/instruments/token-programs.ts'
import { addressOf, mintAccount } from '../market-data/harness/chain-accounts.ts'
import type { ManualClock } from '../market-data/harness/manual-clock.ts'
import { marketContext, marketParts, optionsAt } from '../market-data/harness/market-context.ts'
import { ScriptedServices } from '../market-data/harness/scripted-services.ts'
import { settle } from '../market-data/harness/until.ts'

const USDC = addressOf(2)
const A = addressOf(10)
const B = addressOf(11)
const signal = new AbortController().signal

let services: ScriptedServices

const made = (instruments: readonly object[]) => {
  const context = marketContext(optionsAt(services, { quoteMint: USDC, instruments }))
  return { context, ...marketParts(context) }
}

/** Lets time pass until a promise is settled: a node that fails is asked again after a while. */
async function settled<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let isDone = false
  const end = promise.finally(() => {
    isDone = true
  })
  end.catch(() => undefined)
  for (let step = 0; step < 2_000 && !isDone; step += 1) {
    clock.advance(100)
    await settle(2)
  }
  return end
}

beforeEach(async () => {
  services = await ScriptedServices.start()
  services.accounts.set(USDC, mintAccount({ decimals: 6 }))
  services.accounts.set(A, mintAccount({ decimals: 5 }))
  services.accounts.set(B, mintAccount({ decimals: 9 }))
})

afterEach(async () => {
  await services[Symbol.asyncDispose]()
})

describe('instruments', () => {
  it('are the mints of the options, with decimals from the chain and names from Jupiter', async () => {
    services.tokens = () => ({ json: [{ id: A, symbol: 'BONK\u202e\n', mcap: 1_234_567_890.5 }, { id: B }, 'x'] })
    const { reader, book, context } = made([{ mint: A }, { mint: B, symbol: 'JUP' }])
    await reader.refresh(signal)
    expect(context.events).toEqual([])
    expect(book.all()).toMatchObject([
      {
        id: A,
        base: 'BONK',
        quote: 'USDC',
        marketCapUsd: 1.2e9,
        sizing: {
          quantityStep: '0.00001',
          quoteStep: '0.000001',
          buyUnit: 'quote',
          price: { kind: 'any' },
          minNotional: '1',
          maxLeverage: 1,
        },
      },
      { id: B, base: 'JUP', marketCapUsd: null, sizing: { quantityStep: '0.000000001' } },
    ])
    const [first] = book.all()
    expect(first && tokenDetailsOf(first)).toEqual({ decimals: 5, program: TOKEN_PROGRAM, transferFeeBps: 0 })
  })

  it('need Jupiter for nothing but names', async () => {
    services.tokens = () => ({ text: 'busy', status: 503 })
    const { reader, book } = made([{ mint: A }])
    await reader.refresh(signal)
    expect(book.all()).toMatchObject([{ base: `${A.slice(0, 4)}..${A.slice(-4)}` }])
  })

  it('a change is an event, and no change is none', async () => {
    services.tokens = () => ({ json: [{ id: A, symbol: 'A', mcap: 1_000_000 }] })
    const { reader, context } = made([{ mint: A }])
    await reader.refresh(signal)
    services.tokens = () => ({ json: [{ id: A, symbol: 'A', mcap: 1_004_000 }] })
    await reader.refresh(signal)
    expect(context.events).toEqual([])
    services.tokens = () => ({ json: [{ id: A, symbol: 'A', mcap: 2_000_000 }] })
    await reader.refresh(signal)
    expect(context.events).toMatchObject([{ type: 'instrument-changed', instrument: { marketCapUsd: 2_000_000 } }])
  })

  it('a failed reading is a failure and changes nothing', async () => {
    const { reader, book, context } = made([{ mint: A }])
    await reader.refresh(signal)
    services.rpc = () => ({ text: 'no', status: 500 })
    await expect(settled(context.clock, reader.refresh(signal))).rejects.toMatchObject({ code: 'unavailable' })
    services.rpc = () => ({ json: { jsonrpc: '2.0', id: 1, result: { context: { slot: 1 }, value: [] } } })
    await expect(settled(context.clock, reader.refresh(signal))).rejects.toMatchObject({ code: 'malformed-answer' })
    expect(book.all()).toHaveLength(1)
    expect(context.events).toEqual([])
  })

  it('an address that is no mint is left out and said once', async () => {
    const { reader, book, context } = made([{ mint: A }, { mint: addressOf(50) }])
    await reader.refresh(signal)
    await reader.refresh(signal)
    expect(book.all().map(({ id }) => id)).toEqual([A])
    expect(context.log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { mint: addressOf(50) } }])
  })

  it('a quote mint that does not exist is a mistake of the config', async () => {
    services.accounts.delete(USDC)
    await expect(made([]).reader.refresh(signal)).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('a token that was not named is found by its mint, and kept up to date with the rest', async () => {
    const { reader, book, context } = made([{ mint: A }])
    await reader.refresh(signal)
    await expect(reader.find(addressOf(60), signal)).rejects.toMatchObject({ code: 'unknown-instrument' })
    await expect(reader.find(USDC, signal)).rejects.toMatchObject({ code: 'unknown-instrument' })
    await expect(reader.find('not a mint', signal)).rejects.toMatchObject({ code: 'unknown-instrument' })
    expect(await reader.find(B, signal)).toMatchObject({ id: B })
    expect(context.events).toMatchObject([{ type: 'instrument-listed', instrument: { id: B } }])
    services.tokens = () => ({ json: [{ id: B, symbol: 'NEW' }] })
    await reader.refresh(signal)
    expect(book.get(instrumentId(B))?.base).toBe('NEW')
  })
})
