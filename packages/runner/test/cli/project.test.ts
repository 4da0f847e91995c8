import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Project } from './command-line.ts'

let project: Project
afterEach(() => project[Symbol.dispose]())

const VENUE = { use: 'hyperliquid', simulator: { speed: 60 } }
const CONFIG = { mode: 'live', venues: [VENUE] }

function positions(...args: string[]) {
  return project.run('positions', ...args)
}

describe('portolan venues', () => {
  it('shows what was found without connecting to anything', async () => {
    project = new Project({
      ...CONFIG,
      positions: [{ venue: 'acme/spot', token: 'A', timeframe: '1h', allocationUsd: 1 }],
    })
    const { code, stdout } = await project.run('venues', '--json')
    expect(code).toBe(0)
    const found = JSON.parse(stdout)
    expect(found.venues).toMatchObject([
      {
        key: 'hyperliquid/perps',
        label: 'default',
        package: '@portolan/venue-hyperliquid',
        contract: 1,
        roles: ['data', 'execution'],
        capabilities: { cancel: true, signature: 'secp256k1' },
      },
    ])
    expect(found.warnings).toMatchObject([{ path: 'positions[0]' }])
    const { stdout: text } = await project.run('venues')
    expect(text).toContain('hyperliquid/perps (venues[0])')
    expect(text).toContain('no venue of the config is acme/spot')
  })

  it('lists every mistake with its path, and what is good beside them', async () => {
    project = new Project({
      mode: 'fast',
      venues: [VENUE, { use: 'nowhere' }],
      positions: [{ venue: 'hyperliquid/perps', token: '', timeframe: '7m', allocationUsd: -1 }],
    })
    const { code, stdout, stderr } = await project.run('venues')
    expect(code).toBe(1)
    for (const path of [
      'mode',
      'venues[1].use',
      'positions[0].token',
      'positions[0].timeframe',
      'positions[0].allocationUsd',
    ]) {
      expect(stdout).toContain(`problem  ${path}: `)
    }
    expect(stdout).toContain('hyperliquid/perps (venues[0])')
    expect(stderr).toContain('5 problems')
    const run = await project.run('run')
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('5 mistakes')
    expect(existsSync(project.path('.portolan'))).toBe(false)
  })
})

describe('portolan positions', () => {
  it('adds, pauses and lists', { timeout: 90_000 }, async () => {
    project = new Project(CONFIG)
    const market = ['--venue', 'hyperliquid/perps', '--timeframe', '5m', '--allocation', '250.5']
    const added = await positions('add', ...market, '--token', 'SOL', '--json')
    expect(added.code).toBe(0)
    const [row] = JSON.parse(added.stdout)
    expect(row).toMatchObject({ scope: 'live@simulator', instrument: 'SOL', timeframe: '5m', allocationUsd: '250.5' })

    const paused = await positions('pause', 'SOL/5m', '--json')
    expect(JSON.parse(paused.stdout)).toMatchObject([{ id: row.id, paused: true }])
    const listed = await positions()
    expect(listed.stdout).toContain('dormant, paused')
    const wrong = await positions('add', ...market, '--token', 'SOLL')
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('hyperliquid/perps has no token "SOLL" (close: SOL)')
    const explained = await project.run('explain', '--last')
    expect([explained.code, explained.stderr]).toEqual([
      1,
      'There is no intent yet: `portolan intents` lists what there is\n',
    ])
  })

  it('makes no database only to look into it', async () => {
    project = new Project(CONFIG)
    const { code, stderr } = await positions('list')
    expect(code).toBe(1)
    expect(stderr).toContain('There is no database in')
    expect(existsSync(project.path('.portolan'))).toBe(false)
  })

  it('names the host of a database that is not there', async () => {
    project = new Project({ ...CONFIG, store: { url: 'postgres://me:hunter2@127.0.0.1:1/portolan' } })
    const { code, stderr } = await positions('list')
    expect(code).toBe(1)
    expect(stderr).toContain('127.0.0.1:1')
    expect(stderr).not.toContain('hunter2')
    expect(stderr).not.toContain('    at ')
  })
})
