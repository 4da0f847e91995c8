import type { InstrumentId } from '@portolan/core'
import { Exact, toNumber } from '@portolan/core'
import type { Engine, FollowedPosition } from '../loop/engine.ts'
import type { RunMode } from '../loop/run-mode.ts'
import { shownName } from '../loop/shown-name.ts'
import type { DataSourceView, PositionView, RunnerEvent, RunnerSnapshot, VenueView } from '../loop/snapshot.ts'
import { sideOf } from '../loop/step-permission.ts'
import type { VenueRuntime } from '../loop/venue-runtime.ts'
import type { VenueFailure } from '../registry/index.ts'
import type { RememberedDecision } from './remembered-decision.ts'

export interface SnapshotParts {
  readonly at: number
  readonly startedAt: number
  readonly mode: RunMode
  readonly engine: Engine | null
  readonly failures: readonly VenueFailure[]
  /** Newest first. */
  readonly recent: readonly RunnerEvent[]
  readonly budgets: (venue: string) => VenueView['budgets']
  /** What former runs decided last, by position. */
  readonly remembered: ReadonlyMap<string, RememberedDecision>
  /** Bars that the first evaluation needs. */
  readonly warmupBars: number
}

/** What a running runner shows, as plain data. */
export function snapshotOf(parts: SnapshotParts): RunnerSnapshot {
  const { at, startedAt, mode, engine, failures, recent, budgets, warmupBars, remembered } = parts
  const positions = (engine?.positions ?? []).map((position) =>
    positionView(position, at, warmupBars, remembered.get(position.row.id) ?? null),
  )
  const realisedUsd = positions.reduce((sum, position) => sum + position.realisedPnlUsd, 0)
  const unrealisedUsd = positions.reduce((sum, position) => sum + position.unrealisedPnlUsd, 0)
  return {
    at,
    startedAt,
    mode,
    venues: [
      ...(engine?.runtimes ?? []).map((runtime) => venueView(runtime, budgets(runtime.venue.name))),
      ...failures.map(failedVenue),
    ],
    positions,
    profit: { realisedUsd, unrealisedUsd },
    recent,
  }
}

function venueView(runtime: VenueRuntime, budgets: VenueView['budgets']): VenueView {
  const { venue, series, reconciliation, desk, lastEventAt, started } = runtime
  const stale = series.filter(({ status }) => status === 'stale')
  const problems = [
    ...reconciliation.problems,
    ...stale.map(({ ref }) => `${ref.instrument} (${ref.feed}) has stale data`),
  ]
  const health = !started
    ? 'starting'
    : !reconciliation.agreed
      ? 'reconciling'
      : problems.length > 0
        ? 'degraded'
        : 'ok'
  return {
    key: venue.key,
    label: venue.label,
    name: venue.name,
    network: venue.network.name,
    health,
    problems,
    streams: {
      wanted: series.length,
      live: series.filter(({ status }) => status === 'live').length,
      stale: stale.length,
    },
    openOrders: desk?.openOrders ?? 0,
    budgets,
    lastEventAt,
  }
}

function failedVenue({ key, label, error }: VenueFailure): VenueView {
  return {
    key,
    label,
    name: key,
    network: '-',
    health: 'failed',
    problems: [error.message],
    streams: { wanted: 0, live: 0, stale: 0 },
    openOrders: 0,
    budgets: [],
    lastEventAt: null,
  }
}

function positionView(
  { row: first, actor, data, problem }: FollowedPosition,
  at: number,
  needed: number,
  remembered: RememberedDecision | null,
): PositionView {
  const row = actor?.row ?? first
  const price = data?.price(row.instrument) ?? null
  const quantity = new Exact(row.quantity)
  const unrealised =
    price === null || row.averageEntry === null ? 0 : quantity.mul(new Exact(price).minus(row.averageEntry)).toNumber()
  const gate = actor === null || data === null ? null : data.gate(row.instrument, at)
  const seen = actor?.bars ?? 0
  const active = actor?.active ?? null
  const last = actor?.last ?? null
  return {
    id: row.id,
    venue: row.venue,
    label: row.label,
    instrument: row.instrument,
    name: shownName(row.instrument, data?.instrument(row.instrument) ?? null),
    timeframe: row.timeframe,
    status: row.status,
    paused: row.paused,
    problem: problem ?? actor?.problem ?? null,
    allocationUsd: row.allocationUsd,
    quantity: row.quantity,
    averageEntry: row.averageEntry,
    price: price === null ? null : toNumber(price),
    realisedPnlUsd: toNumber(row.realisedPnlUsd),
    unrealisedPnlUsd: unrealised,
    state: last === null ? (remembered?.state ?? null) : (last.step.signals?.state ?? null),
    warmingUp: seen < needed ? { seen, needed } : null,
    a: last?.scores.a ?? remembered?.a ?? null,
    e: last?.scores.e ?? remembered?.e ?? null,
    lastDecision: last?.decision ?? remembered?.decision ?? null,
    openIntent: active && { id: active.id, side: sideOf(active.plan), rule: active.plan.rule, state: 'submitted' },
    data: dataView(data, row.instrument),
    gate:
      gate === null || gate.state === 'open'
        ? { state: gate === null ? 'closed' : 'open', reason: null, message: problem }
        : { state: gate.state, reason: gate.reason, message: gate.message },
  }
}

function dataView(runtime: VenueRuntime | null, instrument: InstrumentId): DataSourceView | null {
  const data = runtime?.data(instrument) ?? null
  if (data === null) return null
  const { kind, name, everyMs = null } = data.source
  return { kind, name, everyMs, status: data.status }
}
