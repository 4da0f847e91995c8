import type { Instrument } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import type { Dex, DexChoice } from './dex.ts'
import { assetId, dexOfCoin, OWN_DEX } from './dex.ts'
import { metaShape, perpDexsShape, spotTokensShape } from './meta-shape.ts'
import { COLLATERAL, perpInstrument } from './perp-instrument.ts'

/** All that an entry may trade, as of one reading. */
export interface Listing {
  readonly dexes: readonly Dex[]
  readonly instruments: readonly Instrument[]
}

/** Collateral of the venue's own exchange. */
const USDC_TOKEN = 0

/**
 * Reads the venue's own perpetuals and those of the chosen dexes. All or nothing: a dex that could not be read is not a dex without instruments.
 * @throws {VenueError} `misconfigured` when a chosen dex does not exist, and as the questions fail.
 */
export async function readListing(info: InfoClient, choice: DexChoice, call: InfoCall): Promise<Listing> {
  const chosen = await chosenDexes(info, choice, call)
  const metas = await Promise.all(
    [{ name: OWN_DEX, index: 0 }, ...chosen].map(async (dex) => ({ dex, meta: await readMeta(info, dex.name, call) })),
  )
  const tokens = metas.some(({ meta }) => (meta.collateralToken ?? USDC_TOKEN) !== USDC_TOKEN)
    ? await tokenNames(info, call)
    : new Map<number, string>()
  const dexes: Dex[] = []
  const instruments: Instrument[] = []
  for (const { dex: at, meta } of metas) {
    const dex: Dex = { ...at, collateral: collateralOf(at.name, meta.collateralToken ?? USDC_TOKEN, tokens) }
    dexes.push(dex)
    for (const [index, asset] of meta.universe.entries())
      instruments.push(perpInstrument(asset, dex, assetId(dex, index)))
  }
  return { dexes, instruments }
}

async function chosenDexes(info: InfoClient, choice: DexChoice, call: InfoCall): Promise<Omit<Dex, 'collateral'>[]> {
  if (choice !== 'all' && choice.length === 0) return []
  const listed = (await info.ask({ type: 'perpDexs' }, perpDexsShape, call)).flatMap((dex, index) =>
    dex === null ? [] : [{ name: dex.name, index }],
  )
  if (choice === 'all') return listed
  const names = listed.map(({ name }) => name)
  const unknown = choice.filter((name) => !names.includes(name))
  if (unknown.length === 0) return listed.filter(({ name }) => choice.includes(name))
  throw new VenueError(
    'misconfigured',
    `options.dexes names ${unknown.join(', ')}, which the venue does not list; it lists ${names.join(', ') || 'none'} (case matters)`,
  )
}

async function readMeta(info: InfoClient, dex: string, call: InfoCall) {
  const meta = await info.ask(dex === OWN_DEX ? { type: 'meta' } : { type: 'meta', dex }, metaShape, call)
  // Asset ids follow from the dex that was asked for: names of another one would be traded under wrong ids.
  const stranger = meta.universe.find(({ name }) => dexOfCoin(name) !== dex)
  const whose = dex === OWN_DEX ? 'the venue' : `dex ${dex}`
  if (stranger !== undefined) {
    throw new VenueError('malformed-answer', `info meta of ${whose} lists "${stranger.name}", which is not of it`)
  }
  if (dex === OWN_DEX && meta.universe.length === 0) throw new VenueError('malformed-answer', 'info meta lists nothing')
  return meta
}

async function tokenNames(info: InfoClient, call: InfoCall): Promise<ReadonlyMap<number, string>> {
  const { tokens } = await info.ask({ type: 'spotMeta' }, spotTokensShape, call)
  return new Map(tokens.map(({ index, name }) => [index, name]))
}

function collateralOf(dex: string, token: number, names: ReadonlyMap<number, string>): string {
  if (token === USDC_TOKEN) return COLLATERAL
  const name = names.get(token)
  if (name !== undefined) return name
  throw new VenueError(
    'malformed-answer',
    `dex ${dex} keeps its margin in token ${token}, which spotMeta does not list`,
  )
}
