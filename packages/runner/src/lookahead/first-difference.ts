/** The first place where two JSON values differ, with both as JSON; `null` when they do not. */
export function firstDifference(
  before: unknown,
  after: unknown,
  path = '',
): { readonly field: string; readonly before: string; readonly after: string } | null {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = firstDifference(before[key], after[key], path === '' ? key : `${path}.${key}`)
      if (inner !== null) return inner
    }
    return null
  }
  const [left, right] = [textOf(before), textOf(after)]
  return left === right ? null : { field: path, before: left, after: right }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}
