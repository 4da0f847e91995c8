/** Frames as the venue sends them, for so many coins over so much venue time. */
export interface FramePlan {
  readonly coins: readonly string[]
  readonly frames: number
  /** Venue time of the first trade, ms. */
  readonly from: number
  /** ms. */
  readonly lengthMs: number
}

/** The last frame of a run: what a contender waits for. */
export const END_FRAME = '{"channel":"pong"}'

/** Frames of channel `trades`, one to four trades each, in the order of time; amounts, hashes and users as long as real ones. */
export function tradeFrames({ coins, frames, from, lengthMs }: FramePlan): readonly string[] {
  const random = generator(7)
  const prices = coins.map(() => 10 ** (random() * 6 - 2))
  let tid = 100_000_000_000_000
  return Array.from({ length: frames }, (_, index) => {
    const which = Math.floor(random() * coins.length)
    const time = from + Math.floor((index / frames) * lengthMs)
    const data = Array.from({ length: 1 + Math.floor(random() ** 3 * 4) }, () => {
      const price = (prices[which] ?? 1) * (1 + (random() - 0.5) * 0.001)
      prices[which] = price
      tid += 1 + Math.floor(random() * 1000)
      return {
        coin: coins[which],
        side: random() < 0.5 ? 'A' : 'B',
        px: Number(price.toPrecision(5)).toString(),
        sz: (random() * 100).toFixed(3),
        time,
        hash: `0x${hex(random, 64)}`,
        tid,
        users: [`0x${hex(random, 40)}`, `0x${hex(random, 40)}`],
      }
    })
    return JSON.stringify({ channel: 'trades', data })
  })
}

function hex(random: () => number, digits: number): string {
  let text = ''
  while (text.length < digits)
    text += Math.floor(random() * 0xffff_ffff)
      .toString(16)
      .padStart(8, '0')
  return text.slice(0, digits)
}

/** mulberry32: small, seeded, even enough. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
