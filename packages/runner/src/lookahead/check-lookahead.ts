import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alteration } from './alteration.ts'
import { ALTERATIONS, alterFuture } from './alteration.ts'
import { firstDifference } from './first-difference.ts'
import type { Play, PlayRequest } from './play.ts'
import { play } from './play.ts'
import { seededRandom } from './seeded-random.ts'

export interface LookaheadOptions extends Omit<PlayRequest, 'playedFile' | 'until' | 'restoreAt' | 'detailOf'> {
  /** How many times the future is changed. */
  readonly samples: number
  readonly seed: number
  /** Also check that models go on from a saved state. */
  readonly resume: boolean
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}

/** What was changed: the future after a bar, nothing at all, or the models by saving and restoring them. */
export type LookaheadTrial =
  | { readonly kind: 'future'; readonly alteration: Alteration; readonly cut: number }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'resume'; readonly restoredAt: readonly number[] }

/** A decision that came out otherwise, the first of its trial. Times are open times of bars, ms. */
export interface LookaheadFinding {
  readonly trial: LookaheadTrial
  readonly ts: number
  /** Path within the decision, e.g. `plan.kind`. */
  readonly field: string
  /** As JSON; `undefined` where there is none. */
  readonly before: string
  readonly after: string
}

export interface LookaheadReport {
  readonly bars: number
  readonly trials: readonly LookaheadTrial[]
  readonly findings: readonly LookaheadFinding[]
}

/**
 * Plays a user's bars to a user's models again and again, each time with another future after some bar, and compares every decision up to that bar with
 * those on the bars as they are. A decision that differs knew the future.
 * @throws when the bars could not be played at all.
 */
export async function checkLookahead(options: LookaheadOptions): Promise<LookaheadReport> {
  const { samples, seed, resume, onProgress, signal, ...plain } = options
  const base: PlayRequest = { ...plain, playedFile: options.file, until: null, restoreAt: [], detailOf: null }
  const random = seededRandom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'portolan-lookahead-'))
  try {
    const text = readFileSync(options.file, 'utf8')
    const reference = await play(base)
    const cuts = chooseCuts(reference, samples, random)
    const trials: LookaheadTrial[] = [
      { kind: 'repeat' },
      ...(resume ? [{ kind: 'resume' as const, restoredAt: cuts }] : []),
      ...cuts.map((cut, index) => ({
        kind: 'future' as const,
        alteration: ALTERATIONS[index % ALTERATIONS.length] ?? 'truncated',
        cut,
      })),
    ]
    const findings: LookaheadFinding[] = []
    for (const [index, trial] of trials.entries()) {
      signal?.throwIfAborted()
      onProgress?.({ done: index, total: trials.length })
      const request = requestOf(trial, base, (change) => {
        const file = join(folder, `${index}.csv`)
        writeFileSync(file, change(text, random))
        return file
      })
      const finding = await compare(trial, base, request, reference)
      if (finding !== null) findings.push(finding)
    }
    onProgress?.({ done: trials.length, total: trials.length })
    return { bars: reference.decisions.length, trials, findings }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Half of the cuts lie at bars that led to an intent, where one that knows the future shows it soonest; the others are spread over the file. */
function chooseCuts({ decisions }: Play, samples: number, random: () => number): number[] {
  const pick = (from: Play['decisions'], count: number): number[] =>
    Array.from({ length: Math.min(count, from.length) }, (_, index) => {
      const share = (index + random()) / Math.min(count, from.length)
      return from[Math.min(from.length - 1, Math.floor(share * from.length))]?.ts ?? 0
    })
  // After the last bar there is no future to change.
  const usable = decisions.slice(0, -1)
  const acting = usable.filter(({ acts }) => acts)
  const atIntents = pick(acting, Math.floor(samples / 2))
  const spread = pick(usable.slice(Math.floor(usable.length / 4)), samples - atIntents.length)
  return [...new Set([...atIntents, ...spread])]
}

function requestOf(
  trial: LookaheadTrial,
  base: PlayRequest,
  write: (change: (text: string, random: () => number) => string) => string,
): PlayRequest {
  switch (trial.kind) {
    case 'repeat':
      return base
    case 'resume':
      return { ...base, restoreAt: trial.restoredAt }
    case 'future': {
      const { cut, alteration } = trial
      const playedFile = write((text, random) => alterFuture(text, cut, alteration, random))
      return { ...base, playedFile, until: cut }
    }
  }
}

async function compare(
  trial: LookaheadTrial,
  base: PlayRequest,
  request: PlayRequest,
  reference: Play,
): Promise<LookaheadFinding | null> {
  const { decisions } = await play(request)
  const until = request.until ?? Number.POSITIVE_INFINITY
  const expected = reference.decisions.filter(({ ts }) => ts <= until)
  const index = expected.findIndex(({ digest }, at) => decisions[at]?.digest !== digest)
  const differing = expected[index]
  if (differing === undefined) return null
  const { ts } = differing
  const before = await play({ ...base, until: ts, detailOf: ts })
  const after = await play({ ...request, until: ts, detailOf: ts })
  const difference = firstDifference(JSON.parse(before.detail ?? 'null'), JSON.parse(after.detail ?? 'null'))
  // What differs from play to play by chance may agree when it is looked at again.
  return { trial, ts, ...(difference ?? { field: 'not the same each time', before: '', after: '' }) }
}
