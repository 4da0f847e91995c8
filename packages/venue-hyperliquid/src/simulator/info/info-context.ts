import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import type { AccountAccess } from '../exchange/account-access.ts'
import type { AddressBudget } from '../exchange/address-budget.ts'
import type { Json } from '../exchange/codec.ts'
import { address, DeserializeError, textOr } from '../exchange/codec.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'

/** What queries read from. */
export interface InfoContext {
  readonly core: EngineCore
  readonly access: AccountAccess
  readonly budget: AddressBudget
}

/** Answers one type of query. @throws {DeserializeError} for wrong fields, {@link ServerFailure} where the venue answers with 500. */
export type InfoHandler = (context: InfoContext, query: Json) => unknown

/** The venue's answer to some questions about things that do not exist: HTTP 500 with the body `null`. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure'
}

/** The account a query names; it exists from now on where accounts are funded on first sight. */
export function userOf(context: InfoContext, query: Json): Account | undefined {
  return context.access.mention(userAddress(query))
}

/** Lower case. */
export function userAddress(query: Json): string {
  return textOr(address(query.user), '')
}

/** A coin that the venue knows. */
export function coinOf(context: InfoContext, coin: unknown): string {
  if (typeof coin !== 'string') throw new DeserializeError('missing field `coin`')
  if (context.core.market.listing(coin) === undefined) throw new ServerFailure(`unknown coin ${coin}`)
  return coin
}

/** The dex a query names; the venue's own when it names none. @throws {ServerFailure} for one that does not exist. */
export function dexIn(query: Json): string {
  const { dex } = query
  if (dex === undefined || dex === null) return ''
  if (typeof dex !== 'string') throw new DeserializeError('invalid field `dex`')
  if (!isDex(dex)) throw new ServerFailure(`unknown dex ${dex}`)
  return dex
}

export function isDex(name: string): boolean {
  return name === '' || BUILDER_DEXES.some((dex) => dex.name === name)
}

/** A time or count of a query; the fallback where it may be left out. */
export function numberOf(query: Json, key: string, fallback?: number): number {
  const value = query[key]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if ((value === undefined || value === null) && fallback !== undefined) return fallback
  throw new DeserializeError(`missing field \`${key}\``)
}
