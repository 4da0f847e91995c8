import { closestMatch } from 'leven'

/** ` (did you mean "x"?)` for the known name nearest to a wrong one, or nothing when none is near. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const nearest = closestMatch(wrong, known, { maxDistance: Math.max(2, Math.floor(wrong.length / 3)) })
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`
}
