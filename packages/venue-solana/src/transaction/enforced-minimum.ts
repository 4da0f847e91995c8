const BPS = 10_000n
/** u64 amount in, u64 quoted out, u16 slippage in basis points, all little-endian. */
const ARGUMENT_BYTES = 18

/**
 * The least that a swap instruction lets arrive, read from its own data: in all of Jupiter's routes the amount, the quoted amount and the tolerance
 * stand side by side (before the route plan in the newer ones, behind it in the older). Source: IDL of the aggregator.
 * @param amountIn base units.
 * @returns `null` when the data do not carry this amount.
 */
export function enforcedMinimum(data: ArrayLike<number>, amountIn: bigint): bigint | null {
  const bytes = Uint8Array.from(data)
  const view = new DataView(bytes.buffer)
  let lowest: bigint | null = null
  for (let at = 0; at + ARGUMENT_BYTES <= bytes.length; at += 1) {
    if (view.getBigUint64(at, true) !== amountIn) continue
    const slippageBps = BigInt(view.getUint16(at + 16, true))
    const quoted = view.getBigUint64(at + 8, true)
    const minimum = slippageBps > BPS ? 0n : (quoted * (BPS - slippageBps) + BPS - 1n) / BPS
    // Should the amount stand there twice, the weaker promise counts.
    if (lowest === null || minimum < lowest) lowest = minimum
  }
  return lowest
}
