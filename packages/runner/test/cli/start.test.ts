import { existsSync, readFileSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Project } from './command-line.ts'

let project: Project
afterEach(() => project[Symbol.dispose]())

const CONFIG = {
  mode: 'live',
  venues: [{ use: 'hyperliquid', simulator: { speed: 60, seed: 7 } }],
  positions: [{ venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1m', allocationUsd: 500 }],
  bars: { graceMs: 10_000 },
}

const DECISION = / decision /

function times(stdout: string): number[] {
  return [...stdout.matchAll(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) decision/gm)].map(([, time]) => Date.parse(`${time}Z`))
}

describe('portolan start', () => {
  it('decides on a simulator, and goes on later with the same account', { timeout: 120_000 }, async () => {
    project = new Project(CONFIG)
    const running = project.start('start')
    await running.line(DECISION)
    const first = await running.stop('SIGINT')
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('ended after')
    const keyFile = project.path('.portolan/keys/hyperliquid-perps-default.key')
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const key = readFileSync(keyFile, 'utf8')
    expect(first.stdout + first.stderr).not.toContain(key.trim().replace(/^0x/, ''))

    const again = project.start('start')
    await again.line(DECISION)
    const second = await again.stop('SIGTERM')
    expect(second.code).toBe(0)
    expect(readFileSync(keyFile, 'utf8')).toBe(key)
    expect(Math.min(...times(second.stdout))).toBeGreaterThan(Math.max(...times(first.stdout)))
  })

  it('ends by itself when its time is over', { timeout: 60_000 }, async () => {
    project = new Project(CONFIG)
    const { code, stdout } = await project.run('start', '--until', '2s')
    expect(code).toBe(0)
    expect(stdout).toContain('ended after')
  })

  it('refuses real orders without --live, before anything is made', async () => {
    const real = { use: 'hyperliquid', options: { network: 'mainnet' }, key: { env: 'PORTOLAN_TEST_KEY' } }
    project = new Project({ ...CONFIG, venues: [real] })
    const { code, stderr } = await project.run('run')
    expect(code).toBe(1)
    expect(stderr).toContain('hyperliquid/perps "default" on mainnet')
    expect(stderr).toContain('--live')
  })

  it('never takes an entry with a simulator to a real market when the simulator is not started', async () => {
    project = new Project(CONFIG)
    const { code, stderr } = await project.run('run', '--live')
    expect(code).toBe(1)
    expect(stderr).toContain('venues[0].simulator: is only started by `portolan start`')
    expect(existsSync(project.path('.portolan'))).toBe(false)
  })

  it('runs on a simulator that runs by itself', { timeout: 60_000 }, async () => {
    project = new Project()
    const simulator = project.start('simulate', 'hyperliquid', '--port', '0', '--speed', '60')
    const { url, clock } = JSON.parse(await simulator.line(/^/))
    const options = { network: 'simulator', url, timeScale: clock.speed }
    const config = { ...CONFIG, venues: [{ use: 'hyperliquid', options }], clock }
    project.write('portolan.config.json', JSON.stringify(config))
    const running = project.start('run')
    await running.line(DECISION)
    const { code, stdout } = await running.stop('SIGINT')
    expect(code).toBe(0)
    expect(stdout).toContain('hyperliquid/perps on simulator')
  })
})
