import type { DecimalString, InstrumentId, Timeframe, VenueKey } from '@portolan/core'
import { instrumentId, TIMEFRAME_MS } from '@portolan/core'
import { scopeOf } from '../../composition/trading-venues.ts'
import type { RunnerConfig } from '../../config/index.ts'
import type { ReplayPosition } from '../../replay/replay-request.ts'
import type { Store } from '../../store/store.ts'
import { CommandError } from '../command-error.ts'
import { closeMatches } from '../project/find-venue.ts'
import type { RecordedVenues } from './recorded-venues.ts'

/** What of the positions is asked for; `null` leaves it open. */
export interface PositionChoice {
  readonly venue: VenueKey | null
  readonly token: string | null
  readonly timeframe: Timeframe | null
  /** For all of them, instead of their own. */
  readonly allocationUsd: DecimalString | null
}

interface KnownPosition {
  readonly venue: VenueKey
  readonly label: string | null
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  readonly allocationUsd: DecimalString
}

/** The positions that are chosen of those that the store and the config know; a token on a timeframe need not be one of them. @throws {CommandError} */
export async function choosePositions(
  choice: PositionChoice,
  config: RunnerConfig,
  store: Pick<Store, 'positions'>,
  venues: RecordedVenues,
): Promise<readonly ReplayPosition[]> {
  const known = await knownPositions(config, store, venues)
  const wanted = known.filter(
    ({ venue, instrument, timeframe }) =>
      (choice.venue === null || venue === choice.venue) &&
      (choice.token === null || instrument === choice.token) &&
      (choice.timeframe === null || timeframe === choice.timeframe),
  )
  const chosen = wanted.length > 0 ? wanted : [unknownPosition(choice, known, venues)]
  const positions = new Map<string, ReplayPosition>()
  for (const position of chosen) {
    const { instrument, timeframe } = position
    const found = venues.forPosition(position.venue, position.label)
    if ('problem' in found) throw new CommandError(`${position.venue} ${instrument}: ${found.problem}`)
    const { execution, data } = found
    requireBars(data.name, data.capabilities, position)
    const key = [execution.key, execution.label, instrument, timeframe].join(' ')
    if (positions.has(key)) continue
    positions.set(key, {
      ...found,
      instrument,
      timeframe,
      allocationUsd: choice.allocationUsd ?? position.allocationUsd,
    })
  }
  return [...positions.values()]
}

async function knownPositions(
  config: RunnerConfig,
  store: Pick<Store, 'positions'>,
  venues: RecordedVenues,
): Promise<readonly KnownPosition[]> {
  const scopes = new Set(venues.all.map(({ network }) => scopeOf(config.mode, network.name)))
  const known: KnownPosition[] = []
  for (const scope of scopes) known.push(...(await store.positions(scope)))
  known.push(...config.positions.map((position) => ({ ...position, instrument: position.token })))
  // A venue that left the config is not asked for by anybody.
  return known.filter(({ venue }) => venues.all.some(({ key }) => key === venue))
}

function unknownPosition(
  { venue, token, timeframe, allocationUsd }: PositionChoice,
  known: readonly KnownPosition[],
  venues: RecordedVenues,
): KnownPosition {
  if (token === null) {
    const which = [venue, timeframe].filter((part) => part !== null).join(' ')
    throw new CommandError(
      `There is no position${which === '' ? '' : ` of ${which}`} to replay: \`portolan positions\` lists them`,
    )
  }
  const keys = venue === null ? [...new Set(venues.all.map(({ key }) => key))] : [venue]
  const trading = keys.filter((key) =>
    venues.all.some((entry) => entry.key === key && entry.instruments.some(({ id }) => id === token)),
  )
  const [key, ...others] = trading
  if (key === undefined) throw unknownToken(token, keys, venues)
  if (others.length > 0)
    throw new CommandError(`${token} is traded on ${trading.join(' and ')}: name one of them with --venue`)
  if (timeframe === null || allocationUsd === null) {
    const mine = new Set(known.filter(({ instrument }) => instrument === token).map((position) => position.timeframe))
    const there = mine.size === 0 ? 'No position' : `Only ${[...mine].join(', ')}`
    throw new CommandError(
      `${there} of ${key} ${token} is known: give --timeframe and --allocation to replay another one`,
    )
  }
  return { venue: key, label: null, instrument: instrumentId(token), timeframe, allocationUsd }
}

function unknownToken(token: string, keys: readonly VenueKey[], venues: RecordedVenues): CommandError {
  const entries = venues.all.filter(({ key }) => keys.includes(key))
  if (entries.length === 0) return new CommandError(`The config has no venue ${keys.join(', ')}`)
  const names = entries.flatMap(({ instruments }) => instruments.map(({ id }) => id))
  return new CommandError(`${keys.join(', ')} has no token "${token}"${closeMatches(token, [...new Set(names)])}`)
}

function requireBars(
  name: string,
  capabilities: { readonly trades: boolean; readonly bars: readonly Timeframe[] },
  { instrument, timeframe }: KnownPosition,
): void {
  const base = capabilities.trades ? '1m' : capabilities.bars[0]
  if (base !== undefined && TIMEFRAME_MS[base] <= TIMEFRAME_MS[timeframe]) return
  const what = base === undefined ? 'no market data' : `no bars finer than ${base}`
  throw new CommandError(`${name} delivers ${what}: ${instrument} ${timeframe} cannot be replayed`)
}
