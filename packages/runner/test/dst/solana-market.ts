import { ed25519 } from '@noble/curves/ed25519.js'
import type { Clock } from '@portolan/core'
import { Exact, instrumentId, parseDecimal } from '@portolan/core'
import solana from '@portolan/venue-solana'
import type { FaultInput } from '@portolan/venue-solana/simulator'
import { createSimulatedChain } from '@portolan/venue-solana/simulator'
import { base58 } from '@scure/base'
import { executedSwaps } from '../../../venue-solana/src/simulator/control/execution-ledger.ts'
import { FAULT_SCHEMA } from '../../../venue-solana/src/simulator/faults/fault.ts'
import { SOLANA_KEY } from './keys.ts'
import type { SimulatedMarket, VenueBooksFill } from './simulated-market.ts'

const SIGNATURE_BYTES = 64
const WRAPPED_SOL = 'So11111111111111111111111111111111111111112'

/** Solana in memory: a real SVM and a loopback Jupiter. */
export function solanaMarket(clock: Clock, seed: number): SimulatedMarket {
  const wallet = base58.encode(ed25519.getPublicKey(Uint8Array.from(Buffer.from(process.env[SOLANA_KEY] ?? '', 'hex'))))
  const chain = createSimulatedChain({
    clock,
    options: { seed, slotMs: 1_000, limits: 'off', fund: { [wallet]: { sol: 20, usdc: 20_000 } } },
  })
  const pools = chain.world.chain.pools
    .filter(({ token }) => token.transferFee === undefined && token.mint !== WRAPPED_SOL)
    .slice(0, 2)
  const decimals = new Map<string, number>(pools.map(({ token }) => [token.mint as string, token.decimals]))
  const usdc = chain.world.chain.usdcMint as string
  const [rpcUrl, wsUrl] = [chain.announcement.rpcUrl, chain.announcement.wsUrl].map(String)
  return {
    entry: {
      use: solana,
      key: { env: SOLANA_KEY },
      options: { ...chain.venueOptions, risk: { mintAuthority: 'allow', freezeAuthority: 'allow' } },
    },
    tokens: pools.map(({ token }) => instrumentId(token.mint)),
    venue: 'solana/onchain_crypto',
    allocationUsd: parseDecimal('500'),
    serves: (url) => url.startsWith(`${rpcUrl}/`) || url.startsWith(`${wsUrl}/`),
    fetch: (input, init) => chain.fetch(input instanceof Request ? input.url : input, init),
    buysSpend: true,
    mayResend: true,
    connect: chain.connect,
    ordersIn: (_url, body) => {
      const wire = /"sendTransaction","params":\["([A-Za-z0-9+/=]+)"/.exec(body)?.[1]
      if (wire === undefined) return []
      return [base58.encode(Uint8Array.from(Buffer.from(wire, 'base64').subarray(1, 1 + SIGNATURE_BYTES)))]
    },
    books: () => {
      const positions = new Map<ReturnType<typeof instrumentId>, string>()
      const fills: VenueBooksFill[] = []
      for (const swap of executedSwaps(chain.world.chain)) {
        if (swap.wallet !== wallet || swap.err !== null) continue
        for (const [mint, size] of decimals) {
          const delta = new Exact(swap.deltas[mint] ?? 0).div(new Exact(10).pow(size))
          if (delta.isZero()) continue
          const paid = new Exact(swap.deltas[usdc] ?? 0).div(1_000_000)
          const instrument = instrumentId(mint)
          positions.set(instrument, new Exact(positions.get(instrument) ?? 0).plus(delta).toFixed())
          fills.push({
            id: `${swap.signature}:${mint}`,
            sealedId: swap.signature,
            instrument,
            side: delta.gt(0) ? 'buy' : 'sell',
            quantity: delta.abs().toFixed(),
            price: paid.div(delta).abs().toFixed(),
            fee: null,
            at: swap.blockTime * 1000,
          })
        }
      }
      return { fills, positions, funding: [] }
    },
    harm: (random) => {
      const faults: readonly FaultInput[] = [
        { kind: 'late-landing', slots: 20 },
        { kind: 'late-landing', slots: 100 },
        { kind: 'dropped', times: 2 },
        { kind: 'expires' },
        { kind: 'simulation-error' },
        { kind: 'no-route' },
        { kind: 'duplicate-notification', times: 10 },
        { kind: 'lost-notification', times: 10 },
        { kind: 'rate-limited', target: 'rpc', times: 5, retryAfter: 2 },
        { kind: 'lost-reply', target: 'rpc', method: 'sendTransaction' },
        { kind: 'corrupted-json', target: 'rpc', times: 3 },
      ]
      const fault = faults[Math.floor(random() * faults.length)]
      if (fault !== undefined) chain.world.faults.add(FAULT_SCHEMA.parse(fault))
    },
    onProcess: () => undefined,
    heal: () => chain.world.faults.clear(),
    [Symbol.dispose]: () => chain[Symbol.dispose](),
  }
}
