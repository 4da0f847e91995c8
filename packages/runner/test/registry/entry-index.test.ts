import type { VenueRole } from '@portolan/core'
import { parseVenueKey } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { VenueRef } from '../../src/registry/index.ts'
import { EntryIndex } from '../../src/registry/index.ts'

function entry(key: string, label: string, ...roles: readonly VenueRole[]): VenueRef {
  return {
    key: parseVenueKey(key),
    label,
    roles: new Set(roles.length === 0 ? (['data', 'execution'] as const) : roles),
  }
}

const main = entry('acme/spot', 'main')
const second = entry('acme/spot', 'second', 'execution')
const feed = entry('acme/spot', 'feed', 'data')
const other = entry('other/perps', 'default')

describe('which entry is meant', () => {
  it('the only one that executes, when no label is given', () => {
    expect(new EntryIndex([main, feed, other]).execution({ venue: 'acme/spot', label: null })).toEqual({ entry: main })
  })

  it('keys are matched whatever their case', () => {
    expect(new EntryIndex([main]).execution({ venue: 'ACME/Spot', label: null })).toEqual({ entry: main })
    expect(new EntryIndex([main]).get('ACME/SPOT', 'main')).toBe(main)
  })

  it('the one of its label, when there are several', () => {
    expect(new EntryIndex([main, second]).execution({ venue: 'acme/spot', label: 'second' })).toEqual({ entry: second })
  })

  it('nobody can tell among several without a label: they are listed', () => {
    expect(new EntryIndex([main, second, feed]).execution({ venue: 'acme/spot', label: null })).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('"main" or "second"'),
    })
  })

  it('nothing of that key, label or role: each said in its own way', () => {
    const index = new EntryIndex([main, feed])
    expect(index.execution({ venue: 'none/spot', label: null })).toMatchObject({ code: 'no-venue' })
    expect(index.execution({ venue: 'acme/spot', label: 'third' })).toMatchObject({
      code: 'no-label',
      message: expect.stringContaining('"main" and "feed"'),
    })
    expect(index.execution({ venue: 'acme/spot', label: 'feed' })).toMatchObject({ code: 'no-role' })
    expect(new EntryIndex([feed]).execution({ venue: 'acme/spot', label: null })).toMatchObject({ code: 'no-role' })
    expect(index.get('acme/spot', 'third')).toBeNull()
  })

  it("data comes from a position's own entry when that brings data, else from the only one that does", () => {
    expect(new EntryIndex([main, feed]).dataFor(main)).toEqual({ entry: main })
    expect(new EntryIndex([second, feed]).dataFor(second)).toEqual({ entry: feed })
    expect(new EntryIndex([second, feed, main]).dataFor(second)).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('"feed" or "main"'),
    })
    expect(new EntryIndex([second]).dataFor(second)).toMatchObject({ code: 'no-role' })
  })
})
