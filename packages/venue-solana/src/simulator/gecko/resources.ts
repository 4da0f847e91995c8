import { nameOf, signatureNameOf } from '../chain/addresses.ts'
import type { Chain } from '../chain/chain.ts'
import { CREATED_AT } from '../jupiter/price-route.ts'
import type { Pool } from '../market/pool.ts'
import type { PoolTrade } from '../market/pool-trades.ts'

const DAY_MS = 86_400_000

/** A pool as GeckoTerminal lists it: numbers are text. */
export function poolResource(chain: Chain, pool: Pool, now: number) {
  const { token } = pool
  const price = pool.priceAt(chain.tip)
  const volume = 1_440 * token.minuteVolumeUsd * token.activity
  const change = (ms: number) => ((pool.fairPrice(now) / pool.fairPrice(now - ms) - 1) * 100).toFixed(3)
  return {
    id: `solana_${pool.address}`,
    type: 'pool',
    attributes: {
      base_token_price_usd: String(price),
      base_token_price_native_currency: null,
      quote_token_price_usd: '1.0',
      base_token_price_quote_token: String(price),
      quote_token_price_base_token: String(1 / price),
      address: pool.address,
      name: `${token.symbol} / USDC`,
      pool_created_at: CREATED_AT,
      token_price_usd: String(price),
      fdv_usd: String((1e18 / 10 ** token.decimals) * price),
      market_cap_usd: null,
      price_change_percentage: { h1: change(DAY_MS / 24), h6: change(DAY_MS / 4), h24: change(DAY_MS) },
      volume_usd: { h1: String(volume / 24), h6: String(volume / 4), h24: String(volume) },
      reserve_in_usd: String(pool.liquidityAt(chain.tip)),
    },
    relationships: {
      base_token: { data: { id: `solana_${token.mint}`, type: 'token' } },
      quote_token: { data: { id: `solana_${pool.quoteMint}`, type: 'token' } },
      dex: { data: { id: 'portolan-amm', type: 'dex' } },
    },
  }
}

export function tokenMeta({ token, quoteMint }: Pool) {
  return {
    base: { address: token.mint, name: token.name, symbol: token.symbol, coingecko_coin_id: null },
    quote: { address: quoteMint, name: 'USD Coin', symbol: 'USDC', coingecko_coin_id: 'usd-coin' },
  }
}

export function tradeResource(chain: Chain, pool: Pool, { ms, price, usd, side, transaction }: PoolTrade) {
  const slot = chain.slots.slotAt(ms)
  const signature = transaction?.signature ?? signatureNameOf('trade', pool.token.symbol, ms)
  const wallet = transaction?.keys[0] ?? nameOf('trader', Math.floor(ms / 1000) % 50)
  const [from, to] = side === 'buy' ? [pool.quoteMint, pool.token.mint] : [pool.token.mint, pool.quoteMint]
  const [fromAmount, toAmount] = side === 'buy' ? [usd, usd / price] : [usd / price, usd]
  const [fromPrice, toPrice] = side === 'buy' ? [1, price] : [price, 1]
  return {
    id: `solana_${slot}_${signature}_0_${Math.floor(ms / 1000)}`,
    type: 'trade',
    attributes: {
      block_number: slot,
      tx_hash: signature,
      tx_from_address: wallet,
      from_token_amount: String(fromAmount),
      to_token_amount: String(toAmount),
      price_from_in_currency_token: String(fromPrice),
      price_to_in_currency_token: String(toPrice),
      price_from_in_usd: String(fromPrice),
      price_to_in_usd: String(toPrice),
      block_timestamp: new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z'),
      kind: side,
      volume_in_usd: String(usd),
      from_token_address: from,
      to_token_address: to,
    },
  }
}
