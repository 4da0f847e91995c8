/** Where the real networks answer. Source: the venue's API page. */
export const DEFAULT_URLS: Readonly<Record<'mainnet' | 'testnet' | 'simulator', string>> = {
  mainnet: 'https://api.hyperliquid.xyz',
  testnet: 'https://api.hyperliquid-testnet.xyz',
  // Never used: the options demand an address for the simulator.
  simulator: 'http://127.0.0.1:0',
}

/**
 * Whether an address can only be this machine: 127.0.0.0/8, ::1 or `localhost`. The standard URL parser normalises the other spellings
 * of IPv4 (hex, octal, one number), so that `http://0x7f000001` is seen for what it is.
 */
export function isLoopbackUrl(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}
