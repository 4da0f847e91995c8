import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const PACKAGES = join(import.meta.dirname, '..', '..')
const SOURCE = join(import.meta.dirname, '..', 'src')
const VENUES = readdirSync(PACKAGES).flatMap((name) => (name.startsWith('venue-') ? [name.slice('venue-'.length)] : []))

/** Source files of the runner whose text matches, by their path below `src`. */
function filesWith(pattern: RegExp): string[] {
  return globSync('**/*.ts', { cwd: SOURCE }).filter((file) => pattern.test(readFileSync(join(SOURCE, file), 'utf8')))
}

describe('the runner', () => {
  it('imports no venue package', () => {
    expect(VENUES.length).toBeGreaterThan(0)
    expect(filesWith(new RegExp(`from '[^']*venue-(${VENUES.join('|')})[^']*'`))).toEqual([])
  })

  it('names no venue, not even in a comment or an example', () => {
    expect(filesWith(new RegExp(VENUES.join('|'), 'i'))).toEqual([])
  })

  it('imports its container and the polyfill that it needs in one module', () => {
    const one = [join('container', 'service-container.ts')]
    expect(filesWith(/from 'tsyringe'/)).toEqual(one)
    expect(filesWith(/'reflect-metadata'/)).toEqual(one)
  })
})
