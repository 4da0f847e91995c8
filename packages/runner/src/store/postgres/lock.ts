import type pg from 'pg'
import type { Lock } from '../local-claims.ts'
import { claimedAlready } from '../refusals.ts'

/** Tells our advisory locks from those of others in the same database. */
const NAMESPACE = 'portolan '

/**
 * Takes a name by an advisory lock of the session: PostgreSQL gives it back when the connection ends, however that happens.
 * It keeps a connection of the pool for itself.
 * @throws {StoreError} `locked`
 */
export async function lockInPostgres(pool: pg.Pool, name: string, place: string): Promise<Lock> {
  const client = await pool.connect()
  const lost = new AbortController()
  const onEnd = () => lost.abort(new Error(`the connection that held "${name}" broke`))
  // Without a listener, the break of a connection that is in use would end the process.
  client.on('error', onEnd)
  client.on('end', onEnd)
  const key = `${NAMESPACE}${name}`
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [key],
    )
    if (rows[0]?.held !== true) throw claimedAlready(name, place)
  } catch (error) {
    client.off('end', onEnd)
    client.release()
    throw error
  }
  let held = true
  return {
    lost: lost.signal,
    async [Symbol.asyncDispose]() {
      if (!held) return
      held = false
      client.off('end', onEnd)
      // Given back before this resolves; a connection that is broken has done so already, and is not used again either way.
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => undefined)
      client.release(true)
    },
  }
}
