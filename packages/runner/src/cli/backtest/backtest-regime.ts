import { configuredSources } from '../../composition/regime-sources.ts'
import type { LoadedConfig } from '../../config/index.ts'
import type { PastMarket, PastRegime } from '../../history/past-regime.ts'
import { pastRegime } from '../../history/past-regime.ts'
import type { RegimeSources } from '../../loop/regime-sources.ts'
import { regimeSeries } from '../../loop/regime-sources.ts'
import { CommandError } from '../command-error.ts'
import { openProjectStore } from '../project/open-project-store.ts'
import { discoverProject } from '../project/project-venues.ts'
import { RecordedVenues } from '../replay/recorded-venues.ts'

/** What A and E of a backtest are read from, and what a person should know of it. */
export interface BacktestRegime {
  readonly sources: RegimeSources
  readonly notices: readonly string[]
}

/**
 * The regime of a config for a backtest: files as they are, series of venues as the config's store has recorded them. No venue is asked.
 * @param to end of what is played, ms.
 */
export async function backtestRegime(project: LoadedConfig, to: number): Promise<BacktestRegime> {
  const { regime, majors, pm } = project.config
  const { sources } = configuredSources(regime, pm.config)
  const wanted = regimeSeries(majors && { key: majors.venue, label: majors.label, symbols: majors.symbols }, sources)
  const read = (market: PastMarket | null): Promise<PastRegime> => pastRegime(wanted, market, { config: pm.config, to })
  const { series, notices } = wanted.some((spec) => spec.sources.some(({ kind }) => kind === 'venue'))
    ? await readRecorded(project, read)
    : await read(null)
  return { sources: { ...sources, series }, notices }
}

async function readRecorded(
  project: LoadedConfig,
  read: (market: PastMarket | null) => Promise<PastRegime>,
): Promise<PastRegime> {
  const found = await openProjectStore(project, 'read').catch((error: unknown) => {
    // Nothing was ever recorded: what the regime lacks is named, as every driver that is missing.
    if (error instanceof CommandError) return null
    throw error
  })
  if (found === null) return read(null)
  await using store = found
  const venues = await RecordedVenues.read(store, await discoverProject(project), project.config, null)
  return await read({ store, sourceOf: (key, label) => venues.data(key, label) })
}
