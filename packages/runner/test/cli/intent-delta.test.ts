import { mkdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Project } from './command-line.ts'

let project: Project
afterEach(() => project[Symbol.dispose]())

const VENUE = { use: 'hyperliquid', simulator: { speed: 60 } }
const SOL = ['--venue', 'hyperliquid/perps', '--token', 'SOL']

describe('portolan intent-delta', { timeout: 90_000 }, () => {
  it('sets, replaces, lists and clears, in the time of the simulators', async () => {
    project = new Project({ mode: 'live', venues: [VENUE] })
    mkdirSync(project.path('.portolan/simulators'), { recursive: true })
    const reachedMs = Date.UTC(2100, 0)
    project.write('.portolan/simulators/time.json', JSON.stringify({ reachedMs, wallMs: Date.now() }))
    const run = (...args: string[]) => project.run('intent-delta', ...args)

    expect((await run('set', ...SOL, '--a', '1', '--for', '1h')).code).toBe(0)
    const set = await run('set', ...SOL, '--a', '-0.5', '--for', '4h', '--reason', 'an upgrade', '--json')
    expect(set.stderr).toBe('')
    const [row] = JSON.parse(set.stdout)
    expect(row).toMatchObject({
      scope: 'live@simulator',
      venue: 'hyperliquid/perps',
      instrument: 'SOL',
      intentA: -0.5,
      intentE: 0,
      reason: 'an upgrade',
    })
    expect(row.expiresAt).toBeGreaterThanOrEqual(reachedMs + 4 * 3_600_000)
    expect(row.expiresAt).toBeLessThan(reachedMs + 5 * 3_600_000)

    const listed = await run('list')
    expect(listed.stdout).toMatch(/SOL +-0\.5 +\+0 +2100-01-01 0[45]:.* an upgrade/)
    expect(JSON.parse((await run('list', '--json')).stdout)).toEqual([row])

    const cleared = await run('clear', ...SOL)
    expect([cleared.code, cleared.stdout]).toEqual([0, expect.stringContaining('no intent deltas')])
    const again = await run('clear', ...SOL)
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('hyperliquid/perps SOL has no intent delta in live@simulator'),
    ])
  })

  it('refuses what cannot be meant', async () => {
    project = new Project({ mode: 'live', venues: [VENUE] })
    const refused = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await project.run('intent-delta', 'set', ...args)
      expect(code).not.toBe(0)
      return stderr
    }
    expect(await refused(...SOL, '--a', '2.5', '--for', '4h')).toContain('added to A lies in -2 to 2, got 2.5')
    expect(await refused(...SOL, '--a', '0', '--e=-3', '--for', '4h')).toContain('added to E lies in -2 to 2, got -3')
    expect(await refused(...SOL, '--for', '4h')).toContain('it says nothing')
    expect(await refused(...SOL, '--a', '1')).toContain('--for')
    expect(await refused('--venue', 'acme/spot', '--token', 'SOL', '--a', '1', '--for', '4h')).toContain(
      'no venue of the config is acme/spot; there are hyperliquid/perps',
    )
    expect(await refused('--venue', 'hyperliquid/perps', '--token', 'SOLL', '--a', '1', '--for', '4h')).toContain(
      'hyperliquid/perps has no token "SOLL" (close: SOL)',
    )
  })
})
