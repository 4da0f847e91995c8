import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PmModels } from '@portolan/core'
import { universalModels } from '@portolan/core'
import type { ConfigIssue } from './config-error.ts'

/** The models of a config, and what is wrong with those that could not be had: the default stands in their place. */
export interface LoadedModels {
  readonly models: PmModels
  readonly issues: readonly ConfigIssue[]
}

type Slot = keyof PmModels

/** What makes an object the model of a slot. */
const SHAPES = {
  planner: { what: 'a planner, { plan }', methods: ['plan'] },
  signals: {
    what: 'a signal model, { create, advance, save, restore }',
    methods: ['create', 'advance', 'save', 'restore'],
  },
  regime: { what: 'a regime model, { evaluate }', methods: ['evaluate'] },
} as const satisfies Record<Slot, { readonly what: string; readonly methods: readonly string[] }>

/** What `pm` names as models, apart from its constants. `pm.regime` is both: constants, a model, or constants with a `model` among them. */
export function splitPm(pm: Readonly<Record<string, unknown>>): {
  readonly constants: Readonly<Record<string, unknown>>
  readonly named: Readonly<Partial<Record<Slot, unknown>>>
} {
  const { planner, signals, regime, fixedA: _a, fixedE: _e, ...others } = pm
  const named = { ...(planner === undefined ? {} : { planner }), ...(signals === undefined ? {} : { signals }) }
  if (regime === undefined) return { constants: others, named }
  if (!isRecord(regime) || typeof regime.evaluate === 'function')
    return { constants: others, named: { ...named, regime } }
  const { model, ...constants } = regime
  return {
    constants: { ...others, regime: constants },
    named: model === undefined ? named : { ...named, regime: model },
  }
}

/**
 * Loads the models that a config names: each an object, or the path of a module with one as its default export. All mistakes are found at once.
 * @param value the config as it was read.
 * @param directory from which paths are resolved.
 */
export async function loadModels(value: unknown, directory: string): Promise<LoadedModels> {
  const pm = isRecord(value) ? value.pm : undefined
  if (!isRecord(pm)) return { models: universalModels, issues: [] }
  const { named } = splitPm(pm)
  const found: Partial<Record<Slot, unknown>> = {}
  const issues: ConfigIssue[] = []
  for (const slot of ['planner', 'signals', 'regime'] as const) {
    if (named[slot] === undefined) continue
    const loaded = await load(named[slot], slot, directory)
    if ('message' in loaded) issues.push({ path: `pm.${slot}`, message: loaded.message })
    else found[slot] = loaded.model
  }
  // Each was checked to have the functions of its slot; what they answer is checked whenever they are asked.
  return { models: { ...universalModels, ...(found as Partial<PmModels>) }, issues }
}

type Loaded = { readonly model: unknown } | { readonly message: string }

async function load(named: unknown, slot: Slot, directory: string): Promise<Loaded> {
  const { what } = SHAPES[slot]
  if (typeof named !== 'string') return check(named, slot, `expected ${what}, or the path of a module`)
  if (!/^\.{1,2}[/\\]/.test(named) && !isAbsolute(named)) {
    return { message: `"${named}" is no path: write './${named}' for a module in the config's folder` }
  }
  const file = resolve(directory, named)
  if (!existsSync(file)) return { message: `there is no file ${file}` }
  let module: unknown
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    return { message: `${file} could not be loaded: ${error instanceof Error ? error.message : String(error)}` }
  }
  if (!isRecord(module) || module.default === undefined) {
    return { message: `${file} has no default export: export ${what} by default` }
  }
  return check(module.default, slot, `the default export of ${file} is not ${what}`)
}

function check(model: unknown, slot: Slot, problem: string): Loaded {
  if (!isRecord(model)) return { message: `${problem}; got ${model === null ? 'null' : `a ${typeof model}`}` }
  const missing = SHAPES[slot].methods.filter((name) => typeof model[name] !== 'function')
  return missing.length === 0 ? { model } : { message: `${problem}; it lacks ${missing.join(', ')}` }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
