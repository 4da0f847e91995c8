import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { loadConfig, parseConfig } from '../../src/config/index.ts'
import { fileSource, regimeSchema, venueSource } from '../../src/config/regime-schema.ts'
import { configSchema } from '../../src/config/schema.ts'

const TEXT = readFileSync(new URL('../../../../docs/config.md', import.meta.url), 'utf8')

/** Names of all options below a schema, e.g. `bars.graceMs`. Lists are left to their own section. */
function optionNames(schema: z.core.$ZodType, at: string): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault')
    return optionNames(def.innerType, at)
  if (def.type === 'union') return def.options.flatMap((option) => optionNames(option, at))
  if (def.type !== 'object') return []
  return Object.entries(def.shape).flatMap(([name, inner]) => {
    const path = at === '' ? name : `${at}.${name}`
    return [path, ...optionNames(inner, path)]
  })
}

/** First and second column of the table of options in a section (`## Options`, `### Sources`). */
function documented(heading: string): Map<string, string> {
  const section = TEXT.split(/^##+ /m).find((part) => part.startsWith(heading)) ?? ''
  const table = section.slice(0, section.search(/^### /m) === -1 ? undefined : section.search(/^### /m))
  return new Map(
    [...table.matchAll(/^\| `([^`]+)` \|([^|]*)\|/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
  )
}

describe('docs/config.md', () => {
  it('has every option of the schema, and no others', () => {
    // A section whose options are all told needs no row of its own.
    const sections = new Set(['bars', 'simulation', 'log', 'retention', 'execution', 'reconcile', 'risk'])
    const options = optionNames(configSchema, '').filter((name) => !sections.has(name) && !name.startsWith('regime.'))
    expect([...documented('Options').keys()].sort()).toEqual(options.sort())
    // What stands under `key` and `simulator` is explained in its row and in sections of its own.
    const venue = optionNames(configSchema.shape.venues.element, '').filter((name) => !name.startsWith('key.'))
    expect([...documented('Venues').keys()].filter((name) => name !== 'simulator.*').sort()).toEqual(venue.sort())
    const position = optionNames(configSchema.shape.positions.unwrap().element, '')
    expect([...documented('Positions').keys()].sort()).toEqual(position.sort())
    const sources = [venueSource, fileSource].flatMap((schema) => optionNames(schema, ''))
    expect([...documented('Sources').keys()].sort()).toEqual(sources.sort())
    const isOfSource = (name: string): boolean =>
      /^drivers\.(btc|alt|btc_dominance|usdt_dominance)\./.test(name) && sources.includes(name.split('.')[2] ?? '')
    const regime = optionNames(regimeSchema, '').filter((name) => name !== 'drivers' && !isOfSource(name))
    expect([...documented('Regime').keys()].sort()).toEqual(regime.sort())
  })

  it('tells the true defaults', () => {
    const { config } = parseConfig({ venues: [{ use: 'acme' }] }, '/x')
    const options = documented('Options')
    const told = (name: string): string => options.get(name)?.replaceAll('`', '') ?? ''
    expect(told('mode')).toBe(config?.mode)
    expect(told('bars.graceMs')).toBe(String(config?.bars.graceMs))
    expect(told('bars.historyBars')).toBe(String(config?.bars.historyBars))
    for (const name of ['exitAttempts', 'exitBackoffMs'] as const) {
      expect(told(`execution.${name}`)).toBe(String(config?.execution[name]))
    }
    for (const name of ['onDisagreement', 'everyMs', 'firstLookMs', 'longestLookMs'] as const) {
      expect(told(`reconcile.${name}`)).toBe(String(config?.reconcile[name]))
    }
    const { limits, losses } = config?.risk ?? { limits: {}, losses: {} }
    for (const [name, value] of Object.entries({ ...limits, ...losses }))
      expect(told(`risk.${name}`)).toBe(String(value))
    expect(documented('Venues').get('external')).toBe(`\`${config?.venues[0]?.external}\``)
    expect(told('simulation.slippageBps')).toBe(String(config?.simulation.slippageBps))
    expect(told('simulation.startingCash')).toBe(config?.simulation.startingCash)
    const days = (ms: number | null | undefined): string => `${(ms ?? 0) / 86_400_000}d`
    expect(told('retention.trades')).toBe(days(config?.retention.trades))
    expect(told('retention.steps')).toBe(days(config?.retention.steps))
    expect(told('retention.regimeReadings')).toBe(days(config?.retention.regimeReadings))
    expect(told('log.level')).toBe(config?.log.level)
    expect(told('onVenueError')).toBe(config?.onVenueError)
    expect(documented('Venues').get('label')).toBe(`\`${config?.venues[0]?.label}\``)
  })

  it('shows YAML that is valid', async () => {
    const blocks = [...TEXT.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    expect(blocks.length).toBeGreaterThanOrEqual(2)
    const folder = mkdtempSync(join(tmpdir(), 'portolan-docs-'))
    try {
      for (const block of blocks) {
        writeFileSync(join(folder, 'portolan.config.yaml'), block)
        await expect(loadConfig({ cwd: folder })).resolves.toBeDefined()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
