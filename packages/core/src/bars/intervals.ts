/** Times `from <= t < to`, ms. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** Intervals in ascending order that neither overlap nor touch. */
export type Intervals = readonly Interval[]

/** Adds an interval; what overlaps or touches becomes one. An empty one changes nothing. */
export function withInterval(intervals: Intervals, added: Interval): Intervals {
  if (added.to <= added.from) return intervals
  const before = intervals.filter(({ to }) => to < added.from)
  const after = intervals.filter(({ from }) => from > added.to)
  const joined = intervals.slice(before.length, intervals.length - after.length)
  const from = Math.min(added.from, ...joined.map((interval) => interval.from))
  const to = Math.max(added.to, ...joined.map((interval) => interval.to))
  return [...before, { from, to }, ...after]
}

/** Forgets everything before a time. */
export function since(intervals: Intervals, at: number): Intervals {
  const [first] = intervals
  if (first === undefined || first.from >= at) return intervals
  return intervals.filter(({ to }) => to > at).map(({ from, to }) => ({ from: Math.max(from, at), to }))
}

/** Whether any time of `from <= t < to` lies within. */
export function overlaps(intervals: Intervals, from: number, to: number): boolean {
  return intervals.some((interval) => interval.from < to && from < interval.to)
}

/** Whether every time of `from <= t < to` lies within. */
export function covers(intervals: Intervals, from: number, to: number): boolean {
  return intervals.some((interval) => interval.from <= from && to <= interval.to)
}
