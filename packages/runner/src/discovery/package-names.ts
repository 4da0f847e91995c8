import { isAbsolute } from 'node:path'

/**
 * The packages that a config's `use` may mean, in the order in which they are tried:
 * `acme` -> `@portolan/venue-acme`, then `portolan-venue-acme`; `@acme` -> `@acme/portolan-venue`; `@acme/x` -> `@acme/portolan-venue-x`.
 * Full names stay as they are, and so does what follows the name (`acme/spot` -> `@portolan/venue-acme/spot`). A short name never means the package of
 * exactly that name: on the registry that is somebody else's.
 */
export function candidateNames(use: string): readonly string[] {
  const [first = '', second, ...more] = use.split('/')
  if (first.startsWith('@')) {
    if (second === undefined) return [`${first}/portolan-venue`]
    const isFull = /^portolan-venue(-|$)/.test(second) || (first === '@portolan' && second.startsWith('venue-'))
    return [[first, isFull ? second : `portolan-venue-${second}`, ...more].join('/')]
  }
  const rest = second === undefined ? '' : `/${[second, ...more].join('/')}`
  if (first.startsWith('portolan-venue-')) return [`${first}${rest}`]
  return [`@portolan/venue-${first}${rest}`, `portolan-venue-${first}${rest}`]
}

/** Whether a `use` is a path instead of a name. */
export function isPath(use: string): boolean {
  return /^\.{1,2}([/\\]|$)/.test(use) || isAbsolute(use)
}
