import { afterAll, describe, expect, it } from 'vitest'
import { Project } from './command-line.ts'

const project = new Project()
afterAll(() => project[Symbol.dispose]())

describe('the command line', () => {
  it('tells what there is, with examples', async () => {
    const { code, stdout } = await project.run('--help')
    expect(code).toBe(0)
    for (const name of [
      'run',
      'start',
      'simulate',
      'backtest',
      'check-lookahead',
      'positions',
      'venues',
      'intents',
      'explain',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
    }
    expect(stdout).toContain('Examples:')
  })

  it('tells its version', async () => {
    const { code, stdout } = await project.run('--version')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['run', '--nonsense'], "unknown option '--nonsense'"],
    [['run', '--until', '60'], 'e.g. 60s'],
    [['backtest', '--bars', 'x.csv'], "required option '--venue <key>'"],
    [['simulate', 'hyperliquid', '--port', '99999'], 'a port from 0 to 65535'],
    [['positions', 'add', '--timeframe', '1x'], 'Expected one of 1m, 5m'],
    [['explain', 'a', 'b'], 'too many arguments'],
  ])('refuses %j with the code of a usage error', async (args, message) => {
    const { code, stdout, stderr } = await project.run(...args)
    expect(stderr).toContain(message)
    expect([code, stdout]).toEqual([2, ''])
  })

  it.each([[['run']], [['start']], [['venues']], [['positions']], [['explain']], [['intents']]])(
    '%j says when there is no config',
    async (args) => {
      const { code, stderr } = await project.run(...args)
      expect(code).toBe(1)
      expect(stderr).toContain('No config found')
    },
  )
})
