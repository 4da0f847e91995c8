/** Circle's USDC on mainnet. */
export const USDC_MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'

/** Where the public services answer. Source: their documentation; the RPC of the foundation is rate-limited and not meant for production. */
export const DEFAULT_URLS = {
  rpc: 'https://api.mainnet-beta.solana.com',
  jupiter: 'https://api.jup.ag',
  gecko: 'https://api.geckoterminal.com/api/v2',
} as const

/**
 * Whether an address can only be this machine: 127.0.0.0/8, ::1 or `localhost`. The standard URL parser normalises the other spellings
 * of IPv4 (hex, octal, one number), so that `http://0x7f000001` is seen for what it is.
 */
export function isLoopbackUrl(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}

/**
 * An address as it may be shown: providers put API keys into the path and the query, so that only scheme and host are left.
 *
 * @example publicAddress('https://rpc.example/v2/my-key?api-key=x') // 'https://rpc.example'
 */
export function publicAddress(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
