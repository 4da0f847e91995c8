import { z } from 'zod'

const asset = z.object({
  name: z.string().min(1),
  // More than 6 would leave a price without any decimal to round to.
  szDecimals: z.number().int().min(0).max(6),
  maxLeverage: z.number().int().positive(),
  isDelisted: z.boolean().nullish(),
  onlyIsolated: z.boolean().nullish(),
  marginMode: z.string().nullish(),
})

/** Answer to `{"type":"meta"}`. The index in `universe` is the asset id; delisted entries keep theirs. */
export const metaShape = z.object({ universe: z.array(asset).min(1) })

/** An entry of the universe. */
export type MetaAsset = z.output<typeof asset>
