import { chmod, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Logger } from '@portolan/core'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import type { SharedMethod } from './shared-methods.ts'
import { isSharedMethod, ORDERING_METHODS } from './shared-methods.ts'

/** More than any order of a person has, bytes. */
const LONGEST_REQUEST = 1_000_000

/** A store to be served. */
export interface ServedStore {
  readonly store: Store
  readonly logger: Logger
  readonly onOrder: () => Promise<void>
}

/**
 * Lets other processes of the same user work with a store that only this process can open (PGlite), over a Unix socket that nobody else can open either.
 * `onOrder` is called after something was written, before the answer. The caller holds the folder's lock, so what lies at `path` is a dead runner's.
 */
export async function serveStore(options: ServedStore & { readonly path: string }): Promise<AsyncDisposable> {
  const { path, logger } = options
  const server = createServer((request, response) => {
    answer(request, options)
      .then((result) => reply(response, 200, result))
      .catch((error: unknown) => reply(response, 400, describe(error)))
  })
  if (process.platform !== 'win32') await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  if (process.platform !== 'win32') await chmod(path, 0o600)
  server.on('error', (error) => logger.warn('the socket of the store failed', { error: String(error) }))
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  request: IncomingMessage,
  { store, onOrder }: { readonly store: Store; readonly onOrder: () => Promise<void> },
): Promise<unknown> {
  const method = (request.url ?? '').slice(1)
  if (request.method !== 'POST' || !isSharedMethod(method)) {
    throw new StoreError('locked', `a running runner has the database, and "${method}" is for it alone`)
  }
  if (Number(request.headers['content-length'] ?? 0) > LONGEST_REQUEST) {
    throw new StoreError('failed', 'the request is too long')
  }
  const args: unknown = JSON.parse(await text(request))
  if (!Array.isArray(args)) throw new StoreError('failed', 'arguments are expected as a list')
  const result = await call(store, method, args)
  if (ORDERING_METHODS.has(method)) await onOrder()
  return result
}

async function call(store: Store, method: SharedMethod, args: readonly unknown[]): Promise<unknown> {
  const run = store[method] as (...args: unknown[]) => Promise<unknown>
  return run.apply(store, [...args])
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  return error instanceof StoreError
    ? { code: error.code, message: error.message }
    : { code: 'failed', message: error instanceof Error ? error.message : String(error) }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body ?? null))
}
