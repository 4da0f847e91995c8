import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSimulatorDefinition } from '@portolan/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import simulator from '../../src/simulator/index.ts'

it('is started by the runner with its options, its time and a folder of its own', async () => {
  expect(isSimulatorDefinition(simulator)).toBe(true)
  const folder = await mkdtemp(join(tmpdir(), 'simulator-folder-'))
  const stateDirectory = join(folder, 'not', 'yet', 'there')
  const time = { speed: 60, anchorWallMs: Date.now(), anchorMs: 1_795_366_800_000 }
  const checked = await simulator.options['~standard'].validate({ seed: 4 })
  if (checked.issues !== undefined) throw new Error('options refused')
  const running = await simulator.start({ options: checked.value, port: 0, time, stateDirectory })
  expect(running.announcement).toMatchObject({ name: 'hyperliquid', seed: '4', speed: 60, fund: 'first-sight' })
  expect(running.venueOptions).toEqual({
    network: 'simulator',
    url: running.announcement.url,
    wsUrl: running.announcement.wsUrl,
    timeScale: 60,
  })
  const response = await fetch(`${z.string().parse(running.announcement.url)}/simulator/clock`)
  expect(await response.json()).toMatchObject({ speed: 60, anchorMs: time.anchorMs })
  await running[Symbol.asyncDispose]()
  expect(await readdir(stateDirectory)).toEqual(['hyperliquid-simulator.json'])
  await rm(folder, { recursive: true, force: true })
})

it('refuses options it does not know', async () => {
  const checked = await simulator.options['~standard'].validate({ seeed: 4, fundUsd: -1 })
  expect(checked.issues).toHaveLength(2)
})
