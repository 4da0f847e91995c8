import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { HOUR, T0 } from './behaviour/samples.ts'

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url))

/** Runs the writer until `enough` says so, kills it, and returns what it had acknowledged. */
async function writeAndKill(directory: string, enough: (said: string) => boolean): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--conditions=@portolan/source', WRITER, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk.toString('utf8')
  })
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  const closed = once(child, 'close')
  while (!enough(said)) {
    if (child.exitCode !== null) throw new Error(`the writer ended by itself: ${complained}`)
    await sleep(2)
  }
  child.kill('SIGKILL')
  await closed
  return said.split('\n').filter((line) => line !== '')
}

describe('PGlite store that is killed', () => {
  const { path, remove } = temporaryFolder()
  afterAll(remove)

  it('has every write that was acknowledged, whole, each time it is opened again', { timeout: 90_000 }, async () => {
    const directory = join(path, 'killed-while-writing')
    const acknowledged = new Set<string>()
    for (const writes of [3, 90, 7, 60]) {
      const lines = await writeAndKill(directory, (said) => said.split('\n').length > writes)
      expect(lines[0]).toBe('open')
      for (const line of lines.slice(1)) acknowledged.add(line)

      await using store = await openStore({ kind: 'pglite', directory }, { now: Date.now })
      const [position] = await store.positions('crash')
      const count = ((position?.lastBarTs ?? T0) - T0) / HOUR + 1
      const intents = await store.intents('crash', 10_000)
      const steps = await store.steps(position?.id ?? '', 10_000)
      const fills = await store.fills(position?.id ?? '')
      // Whole: a step never without its intent and state, a fill never without the position's amounts.
      expect(steps.map((row) => row.intentId)).toEqual(intents.map((row) => row.id))
      expect(steps).toHaveLength(count)
      expect(position).toMatchObject({ state: { n: count - 1 }, quantity: fills.length > 0 ? '0.00015' : '0' })
      const stored = new Set([
        ...intents.map((row) => `step ${row.id.slice('intent-'.length)}`),
        ...intents
          .filter((row) => row.state !== 'planned')
          .map((row) => `submitting ${row.id.slice('intent-'.length)}`),
        ...fills.map((row) => `fill ${row.id.slice('fill-'.length)}`),
      ])
      expect([...acknowledged].filter((line) => !stored.has(line))).toEqual([])
    }
    expect(acknowledged.size).toBeGreaterThan(140)
  })

  it('can be opened after it was killed while it was being made', { timeout: 60_000 }, async () => {
    const directory = join(path, 'killed-while-made')
    await writeAndKill(directory, () => existsSync(join(directory, 'data', 'PG_VERSION')))
    await using store = await openStore({ kind: 'pglite', directory }, { now: Date.now })
    expect(await store.positions('crash')).toEqual([])
  })
})
