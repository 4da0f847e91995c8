import type { StoreErrorCode } from '../store-error.ts'
import { StoreError } from '../store-error.ts'

/** Five characters: a SQLSTATE of PostgreSQL. */
const SQLSTATE = /^[0-9A-Z]{5}$/

/** Connection exceptions, refused logins, no such database, shut down, too many connections, cancelled for taking too long. */
const UNREACHABLE_SQLSTATE = /^(08...|28...|3D000|57P0.|53300)$/

const SYSTEM_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
])

/** Words with which node-postgres says that there is no connection; it gives no code for them. */
const CONNECTION_WORDS =
  /connection (error|terminated|timeout)|timeout exceeded|not queryable|query read timeout|SASL|SCRAM/i

/**
 * What the database threw, as the store's own error.
 * @param doing e.g. `record a step`
 * @param place e.g. `PostgreSQL at localhost:5432, database "portolan"`
 */
export function databaseError(error: unknown, doing: string, place: string): StoreError {
  if (error instanceof StoreError) return error
  const code = storeErrorCode(error)
  return new StoreError(code, `could not ${doing} in ${place}: ${wordsOf(error)}${ADVICE[code] ?? ''}`, {
    cause: error,
  })
}

/** Whether a row with the same key was written by another connection at the same moment. */
export function isDuplicateIn(error: unknown, table: string): boolean {
  return (
    codeOf(error) === '23505' &&
    typeof error === 'object' &&
    error !== null &&
    'table' in error &&
    error.table === table
  )
}

const ADVICE: { readonly [C in StoreErrorCode]?: string } = {
  unreachable: '. Is it running, and are host, port, user and database right?',
  corrupt: '. Restore it from a backup',
}

function storeErrorCode(error: unknown): StoreErrorCode {
  const code = codeOf(error)
  if (code === undefined) return CONNECTION_WORDS.test(wordsOf(error)) ? 'unreachable' : 'failed'
  if (SYSTEM_ERRORS.has(code) || UNREACHABLE_SQLSTATE.test(code)) return 'unreachable'
  if (!SQLSTATE.test(code)) return 'failed'
  if (code === '23505') return 'conflict'
  if (code === '23503') return 'not-found'
  return code.startsWith('XX00') && code !== 'XX000' ? 'corrupt' : 'failed'
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function wordsOf(error: unknown): string {
  // Connecting to a name with several addresses fails with one error for each, and no words of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
