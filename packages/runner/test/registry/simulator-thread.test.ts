import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startSimulatorThread } from '../../src/registry/simulator-thread.ts'
import type { FixtureFolder } from '../discovery/fixture-packages.ts'
import { fixtureFolder } from '../discovery/fixture-packages.ts'

let folder: FixtureFolder
beforeEach(() => {
  folder = fixtureFolder()
})
afterEach(() => folder[Symbol.dispose]())

const REQUEST = {
  options: { seed: 7 },
  port: 0,
  time: { speed: 60, anchorWallMs: 1, anchorMs: 2 },
  stateDirectory: null,
}

function simulatorFile(start: string): string {
  const file = join(folder.path, 'simulator.mjs')
  writeFileSync(file, `export default { async start(request) { ${start} } }`)
  return file
}

describe('a simulator in a thread', () => {
  it('listens, says what it has to say, and ends when it is disposed of', async () => {
    const file = simulatorFile(`
      const { createServer } = await import('node:http')
      const server = createServer((_, response) => response.end('seed ' + request.options.seed))
      await new Promise((done) => server.listen(0, '127.0.0.1', done))
      const url = 'http://127.0.0.1:' + server.address().port
      return {
        announcement: { url }, venueOptions: { url }, time: request.time,
        [Symbol.asyncDispose]: () => new Promise((done) => { server.close(done); server.closeAllConnections() }),
      }`)
    const running = await startSimulatorThread(file, REQUEST)
    const url = z.string().parse(running.venueOptions.url)
    expect(running.time).toEqual(REQUEST.time)
    expect(await (await fetch(url)).text()).toBe('seed 7')
    await running[Symbol.asyncDispose]()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('that does not start says why', async () => {
    const file = simulatorFile(`throw new Error('port 8080 is in use')`)
    await expect(startSimulatorThread(file, REQUEST)).rejects.toThrow('port 8080 is in use')
  })

  it('whose module cannot be loaded says so', async () => {
    await expect(startSimulatorThread(join(folder.path, 'nothing.mjs'), REQUEST)).rejects.toThrow('nothing.mjs')
  })
})
