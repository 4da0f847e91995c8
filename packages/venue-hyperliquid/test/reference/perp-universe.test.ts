import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { MARGIN_TABLES, marginTableId, PERP_UNIVERSE } from '../../src/reference/index.ts'

describe('the bundled universe', () => {
  it('has the majors with the limits that sizing depends on', () => {
    const by = new Map(PERP_UNIVERSE.map((perp) => [perp.name, perp]))
    expect(by.get('BTC')).toMatchObject({ szDecimals: 5, maxLeverage: 40 })
    expect(by.get('ETH')).toMatchObject({ szDecimals: 4, maxLeverage: 25 })
    expect(by.get('SOL')).toMatchObject({ szDecimals: 2, maxLeverage: 20 })
    expect(by.get('HYPE')).toMatchObject({ szDecimals: 2, maxLeverage: 10 })
    expect(by.get('BNB')).toMatchObject({ szDecimals: 3, maxLeverage: 10 })
    expect(by.get('kPEPE')).toMatchObject({ szDecimals: 0, maxLeverage: 10 })
  })

  it('names every perp once and leaves prices at least one decimal', () => {
    expect(new Set(PERP_UNIVERSE.map((perp) => perp.name)).size).toBe(PERP_UNIVERSE.length)
    for (const perp of PERP_UNIVERSE) expect(perp.szDecimals).toBeLessThanOrEqual(5)
  })

  it('gives every perp a margin table whose first tier is its maximum leverage', () => {
    const wrong = PERP_UNIVERSE.filter((perp) => {
      const id = marginTableId(perp.name, perp.maxLeverage)
      const table = MARGIN_TABLES.find((candidate) => candidate.id === id)
      return (table?.marginTiers[0]?.maxLeverage ?? id) !== perp.maxLeverage
    })
    expect(wrong).toEqual([])
  })
})

const capture = fileURLToPath(
  new URL('../../../../../shared/data/hyperliquid/testnet_sonirico_Meta_WithDex.json', import.meta.url),
)

describe.skipIf(!existsSync(capture))('against a recorded meta (skipped where ../shared/data is absent)', () => {
  it('agrees on the order of the listing, decimals and leverage', () => {
    const recorded: { name: string; szDecimals: number; maxLeverage: number }[] = JSON.parse(
      readFileSync(capture, 'utf8'),
    ).interactions[0].response.universe
    for (const [id, perp] of PERP_UNIVERSE.entries()) {
      const { name, szDecimals, maxLeverage } = recorded[id] ?? {}
      expect({ name, szDecimals, maxLeverage }).toEqual({
        name: perp.name,
        szDecimals: perp.szDecimals,
        maxLeverage: perp.maxLeverage,
      })
    }
  })
})
