import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RegimeModel } from '@portolan/core'
import { holdPlan, universalModels } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig, loadModels, parseConfig } from '../../src/config/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-models-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const venues = [{ use: 'acme' }]

async function problems(pm: unknown): Promise<string[]> {
  return (await loadModels({ venues, pm }, folder)).issues.map(({ path, message }) => `${path}: ${message}`)
}

describe('the models of a config', () => {
  it('are those of this framework where none is named', async () => {
    for (const value of [{ venues }, { venues, pm: { fixedA: 0.5, regime: { gain: 1 } } }, null]) {
      expect(await loadModels(value, folder)).toEqual({ models: universalModels, issues: [] })
    }
  })

  it('are objects or modules of the config folder, and constants stay constants', async () => {
    writeFileSync(join(folder, 'mine.mjs'), 'export default { plan: () => "from a module" }')
    const regime: RegimeModel = { evaluate: (input) => universalModels.regime.evaluate(input) }
    const pm = { planner: './mine.mjs', signals: { ...universalModels.signals }, regime: { model: regime, gain: 0.5 } }
    const { models, issues } = await loadModels({ venues, pm }, folder)
    expect(issues).toEqual([])
    expect(models.planner.plan({} as never)).toBe('from a module')
    expect(models.signals).toBe(pm.signals)
    expect(models.regime).toBe(regime)
    const { config } = parseConfig({ venues, pm }, folder)
    expect(config?.pm.config.regime.gain).toBe(0.5)
    expect((await loadModels({ pm: { regime } }, folder)).models.regime).toBe(regime)
  })

  it('may be instances of a class', async () => {
    class Mine {
      plan() {
        return holdPlan()
      }
    }
    const mine = new Mine()
    expect((await loadModels({ pm: { planner: mine } }, folder)).models.planner).toBe(mine)
  })

  it('are all checked at once', async () => {
    writeFileSync(join(folder, 'empty.mjs'), 'export const planner = 1')
    writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("no weights")')
    writeFileSync(join(folder, 'other.mjs'), 'export default { advance() {} }')
    expect(await problems({ planner: './empty.mjs', signals: './other.mjs', regime: './broken.mjs' })).toEqual([
      `pm.planner: ${join(folder, 'empty.mjs')} has no default export: export a planner, { plan } by default`,
      `pm.signals: the default export of ${join(folder, 'other.mjs')} is not a signal model, { create, advance, save, restore }; it lacks create, save, restore`,
      `pm.regime: ${join(folder, 'broken.mjs')} could not be loaded: no weights`,
    ])
    expect(await problems({ planner: 'mine.ts', signals: './gone.ts', regime: 5 })).toEqual([
      `pm.planner: "mine.ts" is no path: write './mine.ts' for a module in the config's folder`,
      `pm.signals: there is no file ${join(folder, 'gone.ts')}`,
      'pm.regime: expected a regime model, { evaluate }, or the path of a module; got a number',
    ])
    expect(await problems({ planner: null, signals: { create() {} } })).toEqual([
      'pm.planner: expected a planner, { plan }, or the path of a module; got null',
      'pm.signals: expected a signal model, { create, advance, save, restore }, or the path of a module; it lacks advance, save, restore',
    ])
  })

  it('come with a config, or are among its mistakes', async () => {
    writeFileSync(join(folder, 'mine.mjs'), 'export default { plan: () => ({ kind: "hold", blocked: [] }) }')
    writeFileSync(join(folder, 'portolan.config.yaml'), 'venues: [{ use: acme }]\npm: { planner: ./mine.mjs }\n')
    const { models } = await loadConfig({ cwd: folder })
    expect(models.planner.plan({} as never)).toEqual({ kind: 'hold', blocked: [] })
    writeFileSync(join(folder, 'portolan.config.yaml'), 'venues: []\npm: { planner: ./gone.mjs, plan: { stop: 1 } }\n')
    await expect(loadConfig({ cwd: folder })).rejects.toThrow(/3 mistakes.*venues.*pm\.plan\.stop.*pm\.planner/s)
  })
})
