import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { JsonValue, RunningSimulator, SimulatorRequest } from '@portolan/core'
import { z } from 'zod'

/**
 * What the thread runs. As text, since a bundled package has no file of its own for it; it only loads the module that it is told and passes on
 * what the simulator says.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const fail = (error) => parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) })
import(workerData.url)
  .then((module) => module.default.start(workerData.request))
  .then(
    (running) => {
      const { announcement, venueOptions, time } = running
      parentPort.on('message', () => {
        running[Symbol.asyncDispose]().catch(fail).finally(() => parentPort.close())
      })
      parentPort.postMessage({ announcement, venueOptions, time })
    },
    fail,
  )
`

const time = z.object({ speed: z.number(), anchorWallMs: z.number(), anchorMs: z.number() })
const json = z.record(
  z.string(),
  z.custom<JsonValue>(() => true),
)
const answer = z.union([z.object({ error: z.string() }), z.object({ announcement: json, venueOptions: json, time })])

/** How long a simulator may take to end before its thread is ended for it, ms. */
const STOP_MS = 5_000

/**
 * Starts a simulator in a thread of its own, as the venue that it stands for is a machine of its own: neither waits while the other computes.
 * @param file the module that exports the definition.
 * @throws with the simulator's own words when it does not start.
 */
export async function startSimulatorThread(
  file: string,
  request: SimulatorRequest<unknown>,
): Promise<RunningSimulator> {
  const worker = new Worker(THREAD, { eval: true, workerData: { url: pathToFileURL(file).href, request } })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const told = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve)
    // Kept for as long as it lives: what fails there later must not end this process.
    worker.on('error', reject)
    worker.once('exit', () => reject(new Error('its thread ended before it listened')))
  })
  const said = answer.parse(told)
  if ('error' in said) {
    await worker.terminate()
    throw new Error(said.error)
  }
  return {
    ...said,
    async [Symbol.asyncDispose]() {
      worker.postMessage('stop')
      const timer = setTimeout(() => void worker.terminate(), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
