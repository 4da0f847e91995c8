import { z } from 'zod'

/** The option `jupiter`. */
export const jupiterOptions = z
  .strictObject({
    /** Base address, under which `/swap/v2` and `/price/v3` answer. */
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://api.jup.ag')
      .transform((url) => url.replace(/\/+$/, '')),
    /** From developers.jup.ag/portal. Without one the keyless tier answers (30 requests a minute). Never logged. */
    apiKey: z.string().min(1).optional(),
    /** Requests within any 60 s, over all entries with this address. Keyless 30, Free 60, Developer 600. */
    requestsPerMinute: z.number().int().positive().default(30),
    /** Of these, kept back for exits. */
    exitReserve: z.number().int().nonnegative().default(6),
    /** Requests to `/swap/v2/execute` within any 60 s: a bucket of its own (20 a second without a key). */
    executesPerMinute: z.number().int().positive().default(600),
  })
  .refine((options) => options.exitReserve < options.requestsPerMinute, {
    path: ['exitReserve'],
    message: 'must be less than requestsPerMinute: nothing would be left for anything but exits',
  })

/** {@link jupiterOptions} with defaults filled in. */
export type JupiterOptions = z.output<typeof jupiterOptions>
