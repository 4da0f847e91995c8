import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyJson } from '../../src/pm/plain-json.ts'

const anything = fc.anything({ withNullPrototype: true, withDate: true, withObjectString: true, maxDepth: 4 })

describe('copyJson', () => {
  it('gives what JSON text would give', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text: string | undefined = JSON.stringify(value)
        const expected: unknown = text === undefined ? undefined : JSON.parse(text)
        expect(copyJson(value)).toStrictEqual(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('knows what JSON does with odd numbers, holes and keys', () => {
    const odd = { zero: -0, none: Number.NaN, far: Number.NEGATIVE_INFINITY, no: undefined, list: [undefined, -0] }
    expect(copyJson(odd)).toStrictEqual({ zero: 0, none: null, far: null, list: [null, 0] })
    const own: unknown = JSON.parse('{"__proto__":{"a":1}}')
    expect(JSON.stringify(copyJson(own))).toBe('{"__proto__":{"a":1}}')
  })

  it('shares nothing', () => {
    const state = { deep: { list: [{ a: 1 }] } }
    const copy = copyJson(state)
    expect(copy.deep).not.toBe(state.deep)
    expect(copy.deep.list[0]).not.toBe(state.deep.list[0])
  })
})
