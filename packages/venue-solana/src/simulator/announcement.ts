import type { JsonValue } from '@portolan/core'
import type { SimulatedWorld } from './world.ts'

/** What `portolan simulate solana` prints: everything a stranger's client needs. `url` has no trailing slash. */
export function announcementOf(world: SimulatedWorld, url: string): { readonly [key: string]: JsonValue } {
  const { chain, nodes } = world
  const ws = url.replace(/^http/, 'ws')
  return {
    name: 'solana',
    rpcUrl: url,
    wsUrl: ws,
    nodes: nodes.map(({ index }) => ({ rpcUrl: `${url}/node/${index}`, wsUrl: `${ws}/node/${index}` })),
    jupiterUrl: url,
    geckoUrl: `${url}/api/v2`,
    controlUrl: `${url}/simulator`,
    usdcMint: chain.usdcMint,
    mints: chain.pools.map(({ token, address, baseVault, quoteVault }) => ({
      mint: token.mint,
      symbol: token.symbol,
      decimals: token.decimals,
      tokenProgram: token.tokenProgram,
      pool: address,
      vaults: [baseVault, quoteVault],
      transferFeeBps: token.transferFee?.bps ?? 0,
    })),
    airdrop: {
      rpcMethod: 'airdrop',
      params: [{ address: '<address>', sol: 10, usdc: 1000 }],
      route: `POST ${url}/simulator/airdrop`,
    },
    slotMs: chain.slots.slotMs,
    seed: chain.seed,
  }
}

/** Options that point this package's venue at the simulator. */
export function venueOptionsOf(
  world: SimulatedWorld,
  url: string,
  speed: number,
): { readonly [key: string]: JsonValue } {
  const ws = url.replace(/^http/, 'ws')
  return {
    network: 'simulator',
    rpc: world.nodes.map(({ index }) => ({ url: `${url}/node/${index}`, wsUrl: `${ws}/node/${index}` })),
    jupiter: { url },
    gecko: { url: `${url}/api/v2` },
    quoteMint: world.chain.usdcMint,
    instruments: world.chain.pools.map(({ token, address, baseVault, quoteVault }) => ({
      mint: token.mint,
      symbol: token.symbol,
      pool: address,
      vaults: [baseVault, quoteVault],
    })),
    timeScale: speed > 0 ? speed : 1,
  }
}
