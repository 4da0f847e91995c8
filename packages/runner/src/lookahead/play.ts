import { Worker } from 'node:worker_threads'
import type { DecimalString, Instrument, Timeframe, VenueKey } from '@portolan/core'
import { z } from 'zod'

/** What one play of the bars is to be. Plain data: it goes to another thread. */
export interface PlayRequest {
  /** The config file; `null` for the models of this framework. */
  readonly config: string | null
  readonly venue: { readonly key: VenueKey; readonly name: string }
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  /** The user's file, and the file that is played and read by whoever opens the user's file. Absolute. */
  readonly file: string
  readonly playedFile: string
  readonly allocationUsd: DecimalString
  readonly slippageBps: number
  readonly fixedA: number | null
  readonly fixedE: number | null
  /** Open time of the last bar that is played, ms; `null` for all. */
  readonly until: number | null
  /** Open times of the bars after which the models are saved and restored, ms. */
  readonly restoreAt: readonly number[]
  /** Open time of the bar of which the decision is wanted in full, ms. */
  readonly detailOf: number | null
}

const answer = z.union([
  z.object({ error: z.string() }),
  z.object({
    decisions: z.array(z.object({ ts: z.number(), digest: z.string(), acts: z.boolean() })),
    detail: z.string().nullable(),
  }),
])

/** The decisions of a play, bar by bar: of each a digest, and whether it is an intent. `detail`: one of them in full, as JSON. */
export type Play = Exclude<z.infer<typeof answer>, { error: string }>

// As a source it lies beside this module, as a bundle in a folder of its own.
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './play-thread.ts' : './lookahead/play-thread.js',
  import.meta.url,
)

/**
 * Plays bars in a thread of its own, where the models of the config are loaded anew: nothing of another play is left in them.
 * @throws with the reason when it could not be played.
 */
export async function play(request: PlayRequest): Promise<Play> {
  const worker = new Worker(THREAD, { workerData: request })
  try {
    const told = await new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the thread that played the bars ended without an answer')))
    })
    const played = answer.parse(told)
    if ('error' in played) throw new Error(played.error)
    return played
  } finally {
    await worker.terminate()
  }
}
