/** Variables with the throwaway keys of simulated worlds: fixed, so that a seed signs the same. */
export const HYPERLIQUID_KEY = 'PORTOLAN_DST_HYPERLIQUID'
export const SOLANA_KEY = 'PORTOLAN_DST_SOLANA'

/** Sets them. No account with money has ever had these keys. */
export function provideKeys(): void {
  process.env[HYPERLIQUID_KEY] = '0x'.padEnd(66, '17')
  process.env[SOLANA_KEY] = '17'.repeat(32)
}
