import { z } from 'zod'
import { executionTiming } from '../execution/execution-options.ts'

const MS = z.number().int().positive()

/** Waits for a network: multiplied by `timeScale`. */
const WAITS = {
  ...executionTiming,
  /** A subscription that is not acknowledged by then is asked for again. */
  ackMs: MS.default(10_000),
  /** A socket on which the slot does not advance for so long is given up. Slots take about 0.3 s. */
  slotStaleMs: MS.default(10_000),
  reconnectMinMs: MS.default(500),
  reconnectMaxMs: MS.default(30_000),
  /** How long the second vault of a swap may come after the first. */
  settleMs: MS.default(400),
} as const

/** How often something is done, in the chain's time: not multiplied. */
const CADENCES = {
  /** How often prices are read. Longer when the budget does not allow it. */
  priceMs: MS.default(10_000),
  /** How often the balances of watched pools are read as well, for what the stream may have lost. */
  verifyMs: MS.default(60_000),
  /** How often mints, symbols and market caps are read again. */
  instrumentsMs: MS.default(300_000),
} as const

/** All in ms of `context.clock`. */
export const timingOptions = z.strictObject({ ...WAITS, ...CADENCES })

/** Durations of the options. */
export type Timing = z.output<typeof timingOptions>

/** Stretches what waits for a network by the speed of the clock. */
export function scaleTiming(timing: Timing, scale: number): Timing {
  const waits = Object.keys(WAITS).map((key) => [key, Math.ceil(timing[key as keyof typeof WAITS] * scale)])
  return { ...timing, ...(Object.fromEntries(waits) as Pick<Timing, keyof typeof WAITS>) }
}
