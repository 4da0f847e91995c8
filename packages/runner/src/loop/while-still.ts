import type { PositionActor } from './position-actor.ts'
import type { PositionLedger } from './position-ledger.ts'

/** A position that stands still, with its ledger. */
export interface StillPosition {
  readonly actor: PositionActor
  readonly ledger: PositionLedger
}

/** Does something while none of these positions changes. */
export async function whileStill<T>(
  actors: readonly PositionActor[],
  work: (positions: readonly StillPosition[]) => Promise<T>,
): Promise<T> {
  const holds = actors.map((actor) => ({ actor, hold: actor.hold() }))
  try {
    const positions = await Promise.all(holds.map(async ({ actor, hold }) => ({ actor, ledger: await hold.entered })))
    return await work(positions)
  } finally {
    for (const { hold } of holds) hold.release()
  }
}
