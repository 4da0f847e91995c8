import type { PmConfig } from './pm-config.ts'
import { defaultPmConfig } from './pm-config.ts'

/** The same shape with everything optional; lists are given whole. */
export type PmConfigOverrides = DeepPartial<PmConfig>

/** {@link PmConfigOverrides} of one section. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

/** Overrides that name no constant or do not fit it; `problems` has one line for each. */
export class PmConfigError extends Error {
  override readonly name = 'PmConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`the portfolio manager's configuration has ${problems.length} problem(s): ${problems.join('; ')}`)
    this.problems = problems
  }
}

/**
 * The default constants with some replaced.
 * @throws {PmConfigError} naming the path of every override that is unknown, of another type, or not a finite number.
 */
export function definePmConfig(overrides: PmConfigOverrides): PmConfig {
  const problems: string[] = []
  const merged = merge(defaultPmConfig, overrides, 'pm', problems)
  if (problems.length > 0) throw new PmConfigError(problems)
  return merged as PmConfig
}

/** Constants that count bars, swings or trades. */
const COUNT =
  /(^pm\.indicators\.(emaPeriods\.|volume\.bars|\w+Bars|\w+Period))|(^pm\.levels\.\w+(Bars|Swings))|maxTrades$/

function merge(base: unknown, override: unknown, path: string, problems: string[]): unknown {
  if (override === undefined) return base
  if (typeof base === 'number' && typeof override === 'number' && Number.isFinite(override)) {
    if (COUNT.test(path) && !(Number.isInteger(override) && override >= 1)) {
      problems.push(`${path} must be a whole number from 1 on, not ${override}`)
    }
    return override
  }
  if (typeof base === 'string' && typeof override === 'string') return override
  if (Array.isArray(base) && Array.isArray(override)) return override
  if (isRecord(base) && isRecord(override)) {
    const merged: Record<string, unknown> = { ...base }
    for (const [name, value] of Object.entries(override)) {
      if (Object.hasOwn(base, name)) merged[name] = merge(base[name], value, `${path}.${name}`, problems)
      else problems.push(`${path}.${name} is not known`)
    }
    return merged
  }
  problems.push(
    `${path} must be ${expected(base)}, not ${typeof override === 'number' ? override : JSON.stringify(override)}`,
  )
  return base
}

function expected(base: unknown): string {
  if (typeof base === 'number') return 'a finite number'
  if (typeof base === 'string') return `a text like "${base}"`
  return Array.isArray(base) ? 'a list' : 'a section'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
