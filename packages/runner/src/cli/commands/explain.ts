import { scopeOf } from '../../composition/trading-venues.ts'
import type { LoadedConfig } from '../../config/index.ts'
import { explainDecision } from '../../report/explain/explain-decision.ts'
import { explainIntent } from '../../report/explain/explain-intent.ts'
import type { SharedStore } from '../../store/remote/shared-methods.ts'
import type { IntentRow, IntentStory, PositionRow, StoredStep } from '../../store/store.ts'
import { StoreError } from '../../store/store.ts'
import { CommandError } from '../command-error.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import { discoverProject, networkOf } from '../project/project-venues.ts'
import type { Terminal } from '../terminal.ts'
import { print, printJson } from '../terminal.ts'

export interface ExplainOptions {
  readonly config?: string
  /** The newest intent. */
  readonly last?: boolean
  /** The newest intent of a position: its id, or a token with an optional timeframe such as `BTC` or `BTC/1m`. */
  readonly position?: string
  /** The newest decision of a position, also one that holds: its id, or a token with an optional timeframe. */
  readonly decision?: string
  readonly json?: boolean
}

/** How far back the newest intent of a position is looked for. */
const SEARCHED = 10_000

/** Tells why an intent was planned and what came of it. */
export async function explain(terminal: Terminal, id: string | undefined, options: ExplainOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  await using store = await openProjectStore(project, 'read')
  if (options.decision !== undefined) {
    const { position, step } = await newestDecision(store, project, options.decision)
    if (options.json === true) printJson(terminal, step)
    else print(terminal, explainDecision(position, step))
    return
  }
  const story = await find(store, id, options)
  if (options.json === true) printJson(terminal, story)
  else print(terminal, explainIntent(story))
}

async function newestDecision(
  store: SharedStore,
  project: LoadedConfig,
  wanted: string,
): Promise<{ readonly position: PositionRow; readonly step: StoredStep }> {
  const venues = await discoverProject(project)
  const scopes = new Set(venues.map((venue) => scopeOf(project.config.mode, networkOf(venue).name)))
  const positions = (await Promise.all([...scopes].map((scope) => store.positions(scope)))).flat()
  const position = positions.find(({ id, instrument, timeframe }) =>
    isOf({ positionId: id, instrument, timeframe }, wanted),
  )
  if (position === undefined) {
    throw new CommandError(`There is no position "${wanted}": \`portolan positions\` lists them`)
  }
  const [step] = await store.steps(position.id, 1)
  if (step === undefined) throw new CommandError(`Nothing was decided on ${wanted} yet`)
  return { position, step }
}

async function find(store: SharedStore, id: string | undefined, options: ExplainOptions): Promise<IntentStory> {
  const wanted = id ?? (await newest(store, options.position))
  try {
    const story = await store.story(wanted)
    if (story !== null) return story
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'conflict')) throw error
    const several = (await store.intents(null, SEARCHED)).filter((intent) => intent.id.startsWith(wanted))
    const shown = several
      .slice(0, 5)
      .map((intent) => `  ${intent.id}  ${intent.instrument} ${intent.side} ${intent.rule}`)
    throw new CommandError([`Several intents begin with "${wanted}": give more of the id`, ...shown].join('\n'), {
      cause: error,
    })
  }
  throw new CommandError(`There is no intent "${wanted}": \`portolan intents\` lists them`)
}

async function newest(store: SharedStore, position: string | undefined): Promise<string> {
  const intents = await store.intents(null, position === undefined ? 1 : SEARCHED)
  const found = position === undefined ? intents[0] : intents.find((intent) => isOf(intent, position))
  if (found !== undefined) return found.id
  const whose = position === undefined ? 'There is no intent' : `There is no intent of the position "${position}"`
  throw new CommandError(`${whose} yet: \`portolan intents\` lists what there is`)
}

function isOf(intent: Pick<IntentRow, 'positionId' | 'instrument' | 'timeframe'>, position: string): boolean {
  const [token, timeframe] = position.split('/')
  return (
    intent.positionId === position ||
    (intent.instrument === token && (timeframe === undefined || intent.timeframe === timeframe))
  )
}
