import { InvalidArgumentError } from 'commander'

/** Reads one `name=value` and adds it to those before; values that are JSON (numbers, `true`, `{...}`) count as such, everything else as text. */
export function optionPair(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected name=value, e.g. latencyMs=50.')
  }
  return withPath(before, name.split('.'), jsonOrText(value))
}

function withPath(
  target: Readonly<Record<string, unknown>>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (rest.length === 0) return { ...target, [first]: value }
  const inner = target[first]
  const record = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {}
  return { ...target, [first]: withPath(record, rest, value) }
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
