import { DeserializeError, isObject } from '../exchange/codec.ts'
import { ACCOUNT_INFO } from './account-info.ts'
import { DEX_INFO } from './dex-info.ts'
import type { InfoContext, InfoHandler } from './info-context.ts'
import { MARKET_INFO } from './market-info.ts'
import { OTHER_INFO } from './other-info.ts'
import { SPOT_INFO } from './spot-info.ts'
import { VAULT_INFO } from './vault-info.ts'

const HANDLERS: Readonly<Record<string, InfoHandler>> = {
  ...MARKET_INFO,
  ...ACCOUNT_INFO,
  ...OTHER_INFO,
  ...SPOT_INFO,
  ...DEX_INFO,
  ...VAULT_INFO,
}

/** Answers a query. @throws {DeserializeError} when it is none, `ServerFailure` where the venue fails. */
export function answerInfo(context: InfoContext, query: unknown): unknown {
  const type = isObject(query) ? query.type : undefined
  const handler = typeof type === 'string' && Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : undefined
  if (handler === undefined || !isObject(query)) throw new DeserializeError('unknown variant')
  return handler(context, query)
}
