import { randomBytes } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Clock, Logger, RateBudgetSpec, Signer, VenueContext, VenueEvent, VenueRole } from '@portolan/core'
import type { z } from 'zod'
import type { HyperliquidOptions } from '../../src/options.ts'
import { hyperliquidOptions } from '../../src/options.ts'
import { CountingBudget } from './counting-budget.ts'
import { ManualClock } from './manual-clock.ts'
import { wsConnect } from './ws-connect.ts'

/** A line of the log. */
interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

/** A context like the runner's, with everything in reach of the test. */
export interface TestContext<C extends Clock = ManualClock> extends VenueContext<HyperliquidOptions> {
  readonly clock: C
  readonly events: VenueEvent[]
  readonly log: LogLine[]
  readonly budgets: Map<string, CountingBudget>
  abort(reason?: Error): void
}

/** A key made on the spot, which signs digests like the runner's signer. */
export function throwawaySigner(key: Uint8Array = new Uint8Array(randomBytes(32))): Signer {
  return {
    scheme: 'secp256k1',
    publicKey: secp256k1.getPublicKey(key, false),
    sign: (digest) => {
      const [recovery = 0, ...bytes] = secp256k1.sign(digest, key, { prehash: false, lowS: true, format: 'recovered' })
      return Promise.resolve({ bytes: Uint8Array.from(bytes), recovery: recovery === 1 ? 1 : 0 })
    },
  }
}

export interface TestContextSettings<C extends Clock> {
  readonly options: z.input<typeof hyperliquidOptions>
  readonly clock: C
  readonly signer?: Signer | null
  readonly roles?: readonly VenueRole[]
  readonly fetch?: typeof globalThis.fetch
}

/** Builds a {@link TestContext}. */
export function testContext<C extends Clock = ManualClock>(settings: TestContextSettings<C>): TestContext<C> {
  const controller = new AbortController()
  const events: VenueEvent[] = []
  const log: LogLine[] = []
  const budgets = new Map<string, CountingBudget>()
  return {
    options: hyperliquidOptions.parse(settings.options),
    label: 'test',
    roles: new Set(settings.roles ?? ['data', 'execution']),
    logger: memoryLogger(log),
    signal: controller.signal,
    clock: settings.clock,
    fetch: settings.fetch ?? globalThis.fetch,
    connect: wsConnect,
    signer: settings.signer === undefined ? throwawaySigner() : settings.signer,
    budget: (spec: RateBudgetSpec) => {
      const known = budgets.get(spec.name) ?? new CountingBudget(spec, settings.clock)
      budgets.set(spec.name, known)
      return known
    },
    emit: (event) => void events.push(event),
    events,
    log,
    budgets,
    abort: (reason) => controller.abort(reason),
  }
}

/** A logger that keeps its lines. */
function memoryLogger(lines: LogLine[]): Logger {
  const at = (level: LogLine['level']) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export { ManualClock }
