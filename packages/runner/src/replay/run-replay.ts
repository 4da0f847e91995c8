import type { InstrumentId } from '@portolan/core'
import { TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import { scopeOf } from '../composition/trading-venues.ts'
import { PastLoop } from '../history/past-loop.ts'
import type { PastVenueSpec } from '../history/past-venue.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { VenueDirectory } from '../loop/venue-directory.ts'
import type { BacktestListener } from '../report/backtest/backtest-step.ts'
import { Outage } from './outage.ts'
import type { OnTape } from './play.ts'
import { play } from './play.ts'
import type { HistorySeries } from './recorded-history.ts'
import { recordedHistory } from './recorded-history.ts'
import type { Recording } from './recording.ts'
import { OrderedReads } from './recording.ts'
import type { PlannedSeries, ReplayPlan } from './replay-plan.ts'
import type { ReplayPosition, ReplayVenue } from './replay-request.ts'
import { SeriesTape } from './series-tape.ts'

export interface ReplayOptions {
  /** Hears all that happens to one position. */
  readonly listener: (position: ReplayPosition) => BacktestListener
  /** Minutes of recorded time. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}

/**
 * Plays what a store recorded to the loop, the same one that trades live: only the clock is the recording's, the recording stands for the venues, and
 * simulated exchanges fill at the next price. Its books are its own. Deterministic.
 * @throws when the recording cannot be read, or a position could not be followed to the end, with the reason.
 */
export async function runReplay(plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  const { request, range } = plan
  const reads = new OrderedReads(request.recording)
  const regimeRead = Promise.withResolvers<void>()
  const entries = new ReplayEntries(plan, reads)
  await using loop = new PastLoop({
    mode: 'replay',
    startAt: range.from,
    // From the same first bar as ever: averages that were seeded once are not seeded again.
    historyBars: Math.ceil(range.from / TIMEFRAME_MS['1m']),
    scopeOf: (venue) => scopeOf('replay', venue.network.name),
    pm: { ...request.pm, learning: true },
    majors: request.majors,
    regime: request.regime,
    intentDeltas: plan.intentDeltas,
    positions: plan.positions.map((position) => ({
      key: keyOf(position),
      allocationUsd: position.allocationUsd,
      listener: options.listener(position),
    })),
    venues: (make) => entries.make(make, { now: () => loop.clock.now(), regimeRead: regimeRead.promise }),
  })
  const readsDone = async (): Promise<void> => {
    do await loop.clock.advanceBy(0)
    while (await reads.rest())
  }
  const rest = async (): Promise<void> => {
    await readsDone()
    await loop.engine.idle()
    loop.check()
  }
  await loop.start()
  // The regime comes first: the first decision has it.
  await readsDone()
  regimeRead.resolve()
  await rest()
  await play(loop, entries.tapes, { ...options, range, rest })
}

function keyOf({ execution, instrument, timeframe }: ReplayPosition) {
  const { key: venue, label, network } = execution
  return { scope: scopeOf('replay', network.name), venue, label, instrument, timeframe }
}

interface Surroundings {
  readonly now: () => number
  /** Resolves when the regime has read its histories. */
  readonly regimeRead: Promise<void>
}

type Make = (spec: PastVenueSpec) => TradingVenue

/** The entries of a replay and what is on tape of them. */
class ReplayEntries {
  readonly tapes: OnTape[] = []
  readonly #plan: ReplayPlan
  readonly #recording: Recording

  constructor(plan: ReplayPlan, recording: Recording) {
    this.#plan = plan
    this.#recording = recording
  }

  /** The regime's come first: what they close together with the others counts for these. */
  make(make: Make, surroundings: Surroundings): VenueDirectory {
    const { regime, trading, positions, request } = this.#plan
    const explaining = new Map<ReplayVenue, TradingVenue>()
    for (const { data, base, series } of regime) {
      // An entry of its own: its bars may begin with a longer timeframe than those that are traded on.
      const trades = series.some((one) => one.series.trades)
      const delivers = { trades, bars: [base], history: TIMEFRAMES }
      const spec = { ...specOf(data), label: `${data.label} (majors)`, delivers, account: null }
      explaining.set(data, this.#entry(series, { ...surroundings, regimeRead: Promise.resolve() }, spec, make))
    }
    const venues = new Map<ReplayVenue, TradingVenue>()
    for (const venue of new Set(positions.flatMap(({ execution, data }) => [execution, data]))) {
      const mine = trading.filter(({ data }) => data === venue)
      const { slippageBps } = venue
      const account = { startingCash: request.startingCash, slippageBps, frictionless: false }
      venues.set(venue, this.#entry(mine, surroundings, { ...specOf(venue), account }, make))
    }
    return {
      all: [...explaining.values(), ...venues.values()],
      forPosition: (key, label) => {
        const found = positions.find(({ execution }) => execution.key === key && execution.label === label)
        const execution = found && venues.get(found.execution)
        const data = found && venues.get(found.data)
        if (execution !== undefined && data !== undefined) return { execution, data }
        return { problem: `${key} "${label}" is not part of the replay` }
      },
      dataOf: (key, label) => {
        const data = request.dataOf(key, label)
        if ('problem' in data) return data
        return explaining.get(data) ?? { problem: `${key} is not part of the regime` }
      },
    }
  }

  #entry(series: readonly PlannedSeries[], { now, regimeRead }: Surroundings, spec: PastVenueSpec, make: Make) {
    const histories = new Map<InstrumentId, HistorySeries>()
    const history = recordedHistory(this.#recording, histories, { now, ready: regimeRead })
    const venue = make({ ...spec, history })
    for (const { series: played, spans } of series) {
      const outage = new Outage()
      const tape = new SeriesTape(this.#recording, played, spans, this.#plan.range)
      histories.set(played.ref.instrument, { played, outage })
      this.tapes.push({ venue, tape, outage })
    }
    return venue
  }
}

function specOf(venue: ReplayVenue): Omit<PastVenueSpec, 'account'> {
  const { key, label, name, network, source, capabilities, instruments } = venue
  // It was traded when it was recorded, whatever became of it.
  const then = instruments.map((instrument) => ({ ...instrument, status: 'trading' as const }))
  const delivers = { trades: capabilities.trades, bars: capabilities.bars, history: TIMEFRAMES }
  return { key, label, name, network, source, delivers, instruments: then }
}
