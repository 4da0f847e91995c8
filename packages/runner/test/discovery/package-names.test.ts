import { describe, expect, it } from 'vitest'
import { candidateNames } from '../../src/discovery/index.ts'
import { isPath } from '../../src/discovery/package-names.ts'

describe('names of packages', () => {
  it.each([
    ['acme', ['@portolan/venue-acme', 'portolan-venue-acme']],
    ['acme/spot', ['@portolan/venue-acme/spot', 'portolan-venue-acme/spot']],
    ['@acme', ['@acme/portolan-venue']],
    ['@acme/x', ['@acme/portolan-venue-x']],
    ['@acme/x/spot', ['@acme/portolan-venue-x/spot']],
    ['@portolan/venue-acme', ['@portolan/venue-acme']],
    ['@portolan/venue-acme/spot', ['@portolan/venue-acme/spot']],
    ['portolan-venue-acme', ['portolan-venue-acme']],
    ['@acme/portolan-venue', ['@acme/portolan-venue']],
    ['@acme/portolan-venue-x', ['@acme/portolan-venue-x']],
  ])('%s means %j', (use, names) => {
    expect(candidateNames(use)).toEqual(names)
  })

  it('tells paths from names', () => {
    expect(['./x', '../x', '.', '..', '/x/y'].every(isPath)).toBe(true)
    expect(['x', '@x/y', '.x', '..x'].some(isPath)).toBe(false)
  })
})
