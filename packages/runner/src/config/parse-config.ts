import { join, resolve } from 'node:path'
import type { PmConfig, PmConfigOverrides, VenueDefinition } from '@portolan/core'
import { defaultPmConfig, definePmConfig, PmConfigError } from '@portolan/core'
import type { KeySource } from '../services/index.ts'
import type { ConfigMode, PositionEntry, RunnerConfig, StoreConfig, VenueEntry } from './config.ts'
import type { ConfigIssue } from './config-error.ts'
import { freezeDeep } from './freeze-deep.ts'
import { splitPm } from './pm-models.ts'
import { completeRegime, regimeIssues } from './regime-settings.ts'
import { completeRisk } from './risk-settings.ts'
import type { ParsedConfig, ParsedVenueEntry } from './schema.ts'
import { configSchema, venueEntrySchema } from './schema.ts'
import { schemaIssues } from './schema-issues.ts'
import { suggestion } from './suggest.ts'

/** What could be made of a config. */
export interface ParseResult {
  /** `null` when there are issues. */
  readonly config: RunnerConfig | null
  /** The mode, also of a config with mistakes elsewhere; `null` when it is one itself. */
  readonly mode: ConfigMode | null
  /** The entries of `venues` by their place, also of a config with mistakes; `null` for those that have some. */
  readonly entries: readonly (VenueEntry | null)[]
  readonly issues: readonly ConfigIssue[]
}

/**
 * Validates a config and fills in its defaults. All mistakes are found at once.
 * @param directory from which relative paths are resolved.
 */
export function parseConfig(value: unknown, directory: string): ParseResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      config: null,
      mode: null,
      entries: [],
      issues: [{ path: '', message: `expected an object with options, got ${describeType(value)}` }],
    }
  }
  const parsed = configSchema.safeParse(value, { reportInput: true })
  const pm = parsePm('pm' in value ? value.pm : undefined)
  const issues = [
    ...(parsed.success
      ? [...duplicatePositions(parsed.data), ...regimeIssues(parsed.data.regime, pm.config)]
      : schemaIssues(parsed.error, configSchema)),
    ...pm.issues,
  ]
  if (parsed.success && issues.length === 0) {
    const config = freezeDeep(complete(parsed.data, pm.config, directory))
    return { config, mode: config.mode, entries: config.venues, issues }
  }
  const raw = 'venues' in value && Array.isArray(value.venues) ? value.venues : []
  const entries = raw.map((item: unknown) => {
    const entry = venueEntrySchema.safeParse(item)
    return entry.success ? freezeDeep(completeEntry(entry.data, directory)) : null
  })
  const mode = configSchema.shape.mode.safeParse('mode' in value ? value.mode : undefined).data ?? null
  return { config: null, mode, entries, issues }
}

function complete(parsed: ParsedConfig, pm: PmConfig, directory: string): RunnerConfig {
  const { majors, log } = parsed
  return {
    mode: parsed.mode,
    store: completeStore(parsed.store, directory),
    venues: parsed.venues.map((entry) => completeEntry(entry, directory)),
    positions: parsed.positions.map((position): PositionEntry => ({ ...position, label: position.label ?? null })),
    majors: majors === false ? null : { ...majors, label: majors.label ?? null },
    regime: completeRegime(parsed.regime, directory),
    risk: completeRisk(parsed.risk),
    execution: parsed.execution,
    reconcile: parsed.reconcile,
    retention: parsed.retention,
    pm: { config: pm, fixedA: parsed.pm.fixedA ?? null, fixedE: parsed.pm.fixedE ?? null },
    bars: parsed.bars,
    simulation: parsed.simulation,
    log: { level: log.level, pretty: log.pretty ?? null },
    onVenueError: parsed.onVenueError,
    clock: parsed.clock ?? null,
    stateDirectory: join(directory, '.portolan'),
  }
}

function completeStore(store: ParsedConfig['store'], directory: string): StoreConfig {
  return 'url' in store
    ? { kind: 'postgres', url: store.url }
    : { kind: 'directory', directory: resolve(directory, store.directory) }
}

function completeEntry(entry: ParsedVenueEntry, directory: string): VenueEntry {
  const { simulator } = entry
  return {
    use: entry.use as string | VenueDefinition,
    label: entry.label,
    roles: entry.roles === undefined ? null : [...new Set(entry.roles)],
    key: entry.key === undefined ? null : completeKey(entry.key, directory),
    options: entry.options,
    simulator: simulator === undefined ? null : splitSimulator(simulator),
    slippageBps: entry.slippageBps ?? null,
    external: entry.external,
  }
}

function completeKey(key: KeySource, directory: string): KeySource {
  if ('file' in key) return { file: resolve(directory, key.file) }
  if (!('remote' in key)) return key
  const { remote } = key
  if (typeof remote === 'string') return { remote: resolve(directory, remote) }
  // As a function: the config is frozen all the way down, a signer may have state.
  return { remote: typeof remote === 'function' ? remote : () => remote }
}

function splitSimulator({ speed, ...options }: { readonly speed: number; readonly [option: string]: unknown }) {
  return { speed, options }
}

/** Two positions that nothing tells apart would share one row of the ledger. */
function duplicatePositions(parsed: ParsedConfig): ConfigIssue[] {
  const seen = new Map<string, number>()
  return parsed.positions.flatMap(({ venue, label, token, timeframe }, index) => {
    const identity = JSON.stringify([venue, label ?? null, token, timeframe])
    const first = seen.get(identity)
    if (first === undefined) {
      seen.set(identity, index)
      return []
    }
    return [
      {
        path: `positions[${index}]`,
        message: `is the same position as positions[${first}]: ${token} ${timeframe} on ${venue}`,
      },
    ]
  })
}

/** The portfolio manager's constants, checked by itself; the scores that may be pinned are the schema's, models are loaded apart. */
function parsePm(value: unknown): { readonly config: PmConfig; readonly issues: readonly ConfigIssue[] } {
  if (typeof value !== 'object' || value === null) return { config: defaultPmConfig, issues: [] }
  const { constants } = splitPm(value as Readonly<Record<string, unknown>>)
  try {
    return { config: definePmConfig(constants as PmConfigOverrides), issues: [] }
  } catch (error) {
    if (!(error instanceof PmConfigError)) throw error
    return { config: defaultPmConfig, issues: error.problems.map(pmIssue) }
  }
}

/** `pm.plan.stopAtr must be ...` as path and message. */
function pmIssue(problem: string): ConfigIssue {
  const space = problem.indexOf(' ')
  const path = problem.slice(0, space)
  const message = problem.slice(space + 1)
  if (message !== 'is not known') return { path, message }
  const steps = path.split('.').slice(1)
  const wrong = steps.pop() ?? ''
  const section = steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    { planner: 0, signals: 0, fixedA: 0, fixedE: 0, ...defaultPmConfig },
  )
  const known = typeof section === 'object' && section !== null ? Object.keys(section) : []
  return { path, message: `there is no such option${suggestion(wrong, known) || `; there are ${known.join(', ')}`}` }
}

function describeType(value: unknown): string {
  if (value === undefined || value === null) return 'nothing: the file is empty or has no default export'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
