import type { z } from 'zod'
import type { ConfigIssue } from './config-error.ts'
import { formatPath } from './config-error.ts'
import { suggestion } from './suggest.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType

/** What a schema found, one entry for each mistake, in words for people. @param at path of the value within the config. */
export function schemaIssues(error: z.core.$ZodError, schema: Schema, at: readonly PropertyKey[] = []): ConfigIssue[] {
  return error.issues.flatMap((issue) => describe(issue, schema, at))
}

function describe(issue: Issue, schema: Schema, at: readonly PropertyKey[]): ConfigIssue[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const known = namesAt(schema, issue.path)
    const there = known.length > 0 ? `; there are ${known.join(', ')}` : ''
    return issue.keys.map((name) => ({
      path: formatPath([...path, name]),
      message: `there is no such option${suggestion(name, known) || there}`,
    }))
  }
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue.errors)
    if (branch !== null) {
      return branch.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, schema, at))
    }
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined
  return [{ path: formatPath(path), message: isMissing ? `is missing: expected ${issue.expected}` : issue.message }]
}

/** The branch of a union that was meant: the one whose only mistakes lie deeper. `null` when that cannot be told. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  )
  const exact = meant.filter((issues) => issues.every(({ code }) => code !== 'unrecognized_keys'))
  const [first, second] = exact.length > 0 ? exact : meant
  return first === undefined || second !== undefined ? null : first
}

/** Names of the options at a path. */
function namesAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  return objectsAt(schema, path).flatMap((object) => Object.keys(object.shape))
}

function objectsAt(
  schema: Schema,
  path: readonly PropertyKey[],
): { readonly shape: Readonly<Record<string, Schema>> }[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault')
    return objectsAt(def.innerType, path)
  if (def.type === 'pipe') return objectsAt(def.in, path)
  if (def.type === 'union') return def.options.flatMap((option) => objectsAt(option, path))
  if (def.type === 'array') return objectsAt(def.element, path.slice(1))
  if (def.type !== 'object') return []
  const [name, ...rest] = path
  if (name === undefined) return [{ shape: def.shape }]
  const inner = def.shape[String(name)]
  return inner === undefined ? [] : objectsAt(inner, rest)
}
