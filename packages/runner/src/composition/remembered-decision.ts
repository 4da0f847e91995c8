import { z } from 'zod'
import type { DecisionView } from '../loop/snapshot.ts'
import type { Store } from '../store/store.ts'

const stored = z.looseObject({
  summary: z.looseObject({ barTs: z.number(), action: z.string(), rule: z.string().nullable(), why: z.string() }),
  signals: z.looseObject({ state: z.string() }).nullable(),
  a: z.number(),
  e: z.number(),
})

/** What a former run decided last of a position: shown until this one decides. */
export interface RememberedDecision {
  /** S0-S4; `null` while warming up. */
  readonly state: string | null
  readonly a: number
  readonly e: number
  readonly decision: DecisionView
}

/** The newest decision of each position, by its id; those that another version wrote otherwise are left out. */
export async function rememberedDecisions(
  store: Pick<Store, 'steps'>,
  positionIds: readonly string[],
): Promise<ReadonlyMap<string, RememberedDecision>> {
  const remembered = new Map<string, RememberedDecision>()
  for (const id of positionIds) {
    const [step] = await store.steps(id, 1)
    const read = stored.safeParse(step?.decision)
    if (!read.success) continue
    const { summary, signals, a, e } = read.data
    const { barTs, action, rule, why } = summary
    remembered.set(id, { state: signals?.state ?? null, a, e, decision: { barTs, action, rule, why } })
  }
  return remembered
}
