import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { defaultPmConfig, universalModels } from '@portolan/core'
import { runBacktest } from '../backtest/run-backtest.ts'
import { configuredSources } from '../composition/regime-sources.ts'
import type { LoadedConfig } from '../config/index.ts'
import { loadConfig } from '../config/index.ts'
import { readBarFile } from '../history/csv-bars.ts'
import { pastRegime } from '../history/past-regime.ts'
import type { RegimeSources } from '../loop/regime-sources.ts'
import { NO_SOURCES, regimeSeries } from '../loop/regime-sources.ts'
import type { BacktestStep } from '../report/backtest/backtest-step.ts'
import type { Play, PlayRequest } from './play.ts'
import { redirectReads } from './redirect-reads.ts'
import { restoringModels } from './restoring-models.ts'

// The entry of a thread: see play.ts.
const request = workerData as PlayRequest
redirectReads(request.file, request.playedFile)
try {
  parentPort?.postMessage(await playHere(request))
} catch (error) {
  parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) })
}

async function playHere(of: PlayRequest): Promise<Play> {
  const { config: path, venue, instrument, timeframe, allocationUsd, slippageBps, fixedA, fixedE, until } = of
  const project = path === null ? null : await loadConfig({ cwd: dirname(path), path })
  const models = restoringModels(project?.models ?? universalModels, new Set(of.restoreAt))
  const config = project?.config.pm.config ?? defaultPmConfig
  const bars = readBarFile(of.playedFile, timeframe)
  const regime = project === null ? NO_SOURCES : await filesOfRegime(project)
  const stop = new AbortController()
  const decisions: Play['decisions'] = []
  let detail: string | null = null
  const onStep = (step: BacktestStep): void => {
    const text = textOf(step)
    const { ts } = step.bar
    const acts = step.plan.kind === 'intent'
    decisions.push({ ts, digest: createHash('sha256').update(text).digest('base64'), acts })
    if (ts === of.detailOf) detail = text
    if (until !== null && ts >= until) stop.abort()
  }
  const rest = { onFill: () => undefined, onTradeClosed: () => undefined, onUnfilled: () => undefined }
  const options = { venue, instrument, timeframe, bars, allocationUsd, slippageBps }
  try {
    await runBacktest(
      {
        ...options,
        pm: { config, models, fixedA, fixedE },
        regime,
        frictionless: false,
        startingCash: null,
        signal: stop.signal,
      },
      { onStep, ...rest },
    )
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return { decisions, detail }
}

/** What a regime reads from files; series of venues are missing. */
async function filesOfRegime({ config }: LoadedConfig): Promise<RegimeSources> {
  const { sources } = configuredSources(config.regime, config.pm.config)
  const to = Number.MAX_SAFE_INTEGER
  const { series } = await pastRegime(regimeSeries(null, sources), null, { config: config.pm.config, to })
  return { ...sources, series }
}

/** All of a decision, to the last digit. */
function textOf({ bar, signals, plan, scores, position }: BacktestStep): string {
  return JSON.stringify({ bar, signals, scores, plan, position })
}
