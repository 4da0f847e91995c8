import { afterEach, describe, expect, it } from 'vitest'
import type { Ended } from './command-line.ts'
import { Project } from './command-line.ts'

let project: Project
afterEach(() => project[Symbol.dispose]())

const PLANNER = `
import { holdPlan, makePlan } from '@portolan/core'
export default {
  plan(input) {
    const { signals, position, openIntent } = input
    if (signals === null || openIntent !== null) return holdPlan()
    const sold = { action: 'trim', rule: 'trimFlag', sizeFrac: 0.5 }
    const bought = { action: 'entry', rule: 'S3.entry', sizeFrac: 0.2 }
    return makePlan(input, signals, position.quantity > 0 && position.remainingUsd < 300 ? sold : bought)
  },
}
`
const CONFIG = {
  mode: 'live',
  venues: [{ use: 'hyperliquid', simulator: { speed: 60, seed: 7 } }],
  positions: [{ venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1m', allocationUsd: 1000 }],
  bars: { graceMs: 2_000 },
  pm: { planner: './planner.js' },
}
const PERPS = ['--venue', 'hyperliquid/perps']

function begun(config: object = CONFIG): Project {
  project = new Project(config)
  project.write('planner.js', PLANNER)
  project.write('package.json', '{"type":"module"}')
  return project
}

/** What a command printed as JSON; it must have succeeded. */
async function told<T>(...args: string[]): Promise<T> {
  const ended = await project.run(...args, '--json')
  expect(succeeded(ended)).toBe('')
  return JSON.parse(ended.stdout) as T
}

/** Nothing, or why it failed. */
function succeeded({ code, stderr }: Ended): string {
  return code === 0 ? '' : `${code}: ${stderr}`
}

interface Position {
  readonly instrument: string
  readonly quantity: string
  readonly paused: boolean
}

const positions = () => told<readonly Position[]>('positions')
const intents = () =>
  told<readonly { readonly id: string; readonly state: string; readonly createdAt: number }[]>('intents')

/** Asks again and again, until the answer is as wished. */
async function until<T>(ask: () => Promise<T>, wished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (wished(answer)) return answer
  }
}

describe('commands to a running runner on the embedded database', { timeout: 240_000 }, () => {
  it('halt, resume, reduce and flatten reach it at once and hold over a restart', async () => {
    begun()
    const running = project.start('start')
    await running.line(/ decision /)
    await until(positions, ([first]) => first !== undefined && Number(first.quantity) > 0)

    const ordered = await told<readonly { readonly state: string }[]>('flatten', '--reason', 'on leave')
    expect(ordered).toMatchObject([{ target: 'all', state: 'halted', reason: 'on leave', by: 'operator' }])
    await until(positions, ([first]) => first?.quantity === '0')
    expect((await running.stop('SIGINT')).code).toBe(0)

    const again = project.start('start')
    await again.line(/trading of everything is halted.*on leave/)
    const before = (await intents()).length
    await again.line(/ decision /)
    await again.line(/halted/)
    const halted = await intents()
    expect(halted.filter(({ state }) => state !== 'skipped').length).toBe(before)
    expect((await positions())[0]?.quantity).toBe('0')

    expect(succeeded(await project.run('reduce', ...PERPS))).toBe('')
    expect(succeeded(await project.run('resume'))).toBe('')
    const listed = await project.run('trading')
    expect(listed.stdout).toMatch(/everything +active/)
    expect(listed.stdout).toMatch(/hyperliquid\/perps default +reducing/)
    expect((await positions())[0]?.quantity).toBe('0')
    expect(succeeded(await project.run('resume', ...PERPS))).toBe('')
    await until(positions, ([first]) => Number(first?.quantity) > 0)
  })

  it('positions are added and paused, opinions set, and a limit tells in explain why nothing was sent', async () => {
    begun({ ...CONFIG, risk: { maxOrderUsd: 20 } })
    const running = project.start('start')
    await running.line(/ decision /)
    const added = await project.run(
      'positions',
      'add',
      ...PERPS,
      '--token',
      'SOL',
      '--timeframe',
      '1m',
      '--allocation',
      '500',
    )
    expect(succeeded(added)).toBe('')
    const delta = await project.run('intent-delta', 'set', ...PERPS, '--token', 'BTC', '--a', '0.5', '--for', '4h')
    expect(succeeded(delta)).toBe('')
    await running.line(/ decision +SOL/)

    const sol = (await positions()).find(({ instrument }) => instrument === 'SOL')
    expect(sol?.paused).toBe(false)
    const paused = await project.run('positions', 'pause', 'SOL/1m')
    expect(succeeded(paused)).toBe('')
    expect((await positions()).filter(({ paused: is }) => is).map(({ instrument }) => instrument)).toEqual(['SOL'])

    const [refused] = await until(intents, (all) => all.some(({ state }) => state === 'skipped'))
    const explained = await project.run('explain', refused?.id ?? '')
    expect(explained.stdout).toMatch(/max-order: the order would be [\d.]+ USD, at most 20/)
    expect((await positions()).every(({ quantity }) => quantity === '0')).toBe(true)
    expect(succeeded(await project.run('explain', '--decision', 'SOL/1m'))).toBe('')
    expect(succeeded(await project.run('venues'))).toBe('')
  })

  it('refuses what cannot be meant', async () => {
    begun()
    const stranger = await project.run('halt', '--venue', 'acme/spot')
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('The config has no venue acme/spot')])
    const label = await project.run('halt', '--label', 'default')
    expect([label.code, label.stderr]).toEqual([1, expect.stringContaining('--label needs --venue')])
  })
})
