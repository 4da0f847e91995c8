import { z } from 'zod'

const asset = z.object({
  name: z.string().min(1),
  // More than 6 would leave a price without any decimal to round to.
  szDecimals: z.number().int().min(0).max(6),
  maxLeverage: z.number().int().positive(),
  isDelisted: z.boolean().nullish(),
  onlyIsolated: z.boolean().nullish(),
  marginMode: z.string().nullish(),
  growthMode: z.string().nullish(),
})

const tokenIndex = z.number().int().nonnegative()

/** Answer to `{"type":"meta"[,"dex"]}`. The index in `universe` is the asset id; delisted entries keep theirs. */
export const metaShape = z.object({ universe: z.array(asset), collateralToken: tokenIndex.nullish() })

/** An entry of the universe. */
export type MetaAsset = z.output<typeof asset>

/** Answer to `perpDexs`: the venue's own exchange comes first, as `null`. The index is what asset ids are built from. */
export const perpDexsShape = z.array(z.object({ name: z.string().min(1) }).nullable()).min(1)

/** Answer to `spotMeta`, as far as it names tokens. `index` is the token's id, which is not its place in the list. */
export const spotTokensShape = z.object({ tokens: z.array(z.object({ name: z.string().min(1), index: tokenIndex })) })
