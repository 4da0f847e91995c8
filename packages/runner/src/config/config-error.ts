import { redactText } from '../services/log/index.ts'

/** A mistake in a config. */
export interface ConfigIssue {
  /** Where, e.g. `venues[1].options.url`; empty for the config as a whole. */
  readonly path: string
  /** What is wrong and what to do, in a sentence. */
  readonly message: string
}

/** A config with mistakes: all of them, each with its path. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config-invalid'
  /** The config file; `null` for a config that came from elsewhere. */
  readonly file: string | null
  readonly issues: readonly ConfigIssue[]

  constructor(file: string | null, issues: readonly ConfigIssue[]) {
    const safe = issues.map(({ path, message }) => ({ path, message: redactText(message) }))
    const count = safe.length === 1 ? '1 mistake' : `${safe.length} mistakes`
    const lines = safe.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)
    super([`${file ?? 'The config'} has ${count}:`, ...lines].join('\n'))
    this.file = file
    this.issues = safe
  }
}

/** `['venues', 1, 'options', 'url']` as `venues[1].options.url`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = String(step)
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}
