import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { StoreError } from '../store-error.ts'
import type { SharedMethod, SharedStore } from './shared-methods.ts'
import { SHARED_METHODS } from './shared-methods.ts'

/** A runner that writes to a slow disk may take its time, ms. */
const PATIENCE_MS = 30_000

const CODES = ['unreachable', 'locked', 'corrupt', 'schema-too-new', 'conflict', 'not-found', 'failed'] as const
const refusal = z.object({ code: z.enum(CODES), message: z.string() })

/**
 * The store of a runner in another process of this machine, by the socket that it serves. `null` when nobody listens there.
 * Its methods reject as those of the store itself, and with `unreachable` when the runner ends meanwhile.
 */
export async function connectStore(path: string): Promise<SharedStore | null> {
  try {
    await ask(path, 'tradingOrders', [''])
  } catch (error) {
    if (error instanceof StoreError && error.code === 'unreachable') return null
    throw error
  }
  const methods = SHARED_METHODS.map((method) => [method, (...args: unknown[]) => ask(path, method, args)])
  return { ...(Object.fromEntries(methods) as SharedStore), async [Symbol.asyncDispose]() {} }
}

function ask(path: string, method: SharedMethod, args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new StoreError('unreachable', `the runner that has the database does not answer: ${String(cause)}`, { cause }),
      )
    const body = JSON.stringify(args)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request({ socketPath: path, method: 'POST', path: `/${method}`, headers }, (response) => {
      text(response).then((answer) => {
        try {
          const value: unknown = JSON.parse(answer)
          if (response.statusCode === 200) return resolve(value)
          const { code, message } = refusal.parse(value)
          return reject(new StoreError(code, message))
        } catch (error) {
          return fail(error)
        }
      }, fail)
    })
    call.setTimeout(PATIENCE_MS, () => call.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)))
    call.on('error', fail)
    call.end(body)
  })
}
