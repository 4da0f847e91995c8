import { instrumentId, isVenueDefinition, TIMEFRAMES } from '@portolan/core'
import { z } from 'zod'
import type { RemoteSigner } from '../services/index.ts'
import { isSigner } from '../services/signer/is-signer.ts'
import { executionSchema, external, reconcileSchema } from './execution-schema.ts'
import { key, label, oneOf, token, usd } from './fields.ts'
import { regimeSchema } from './regime-schema.ts'
import { retentionSchema } from './retention-schema.ts'
import { riskSchema } from './risk-schema.ts'

const bps = z.number().min(0).lt(10_000)
const share = z.number().min(0).max(1)

const NO_KEY_HERE =
  "expected { env: 'NAME' }, { file: 'path' } or { remote: signer or './module.ts' }: a key itself never stands in a config"

// Short enough that a key that was put here by mistake is refused, and so never shown as a name.
const variable = z.string().regex(/^[a-z_]\w{0,59}$/i, 'expected the name of an environment variable')

const remote = z.custom<RemoteSigner | string>(
  (value) =>
    typeof value === 'function' || isSigner(value) || (typeof value === 'string' && /^[./~]|^[A-Za-z]:/.test(value)),
)

const keySource = z.union(
  [z.strictObject({ env: variable }), z.strictObject({ file: z.string().min(1) }), z.strictObject({ remote })],
  { error: NO_KEY_HERE },
)

const store = z.union(
  [
    z.strictObject({
      url: z.string().regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host/database'),
    }),
    z.strictObject({ directory: z.string().min(1) }),
  ],
  { error: "expected { url: 'postgres://...' } or { directory: 'path' }" },
)

const use = z.custom<string | object>(
  (value) => (typeof value === 'string' ? value.trim() !== '' : isVenueDefinition(value)),
  {
    error: 'expected the name or path of a venue package, or the definition that it exports',
  },
)

/** An entry of `venues`, also used on its own to look into the good entries of a config with mistakes. */
export const venueEntrySchema = z.strictObject({
  use,
  label: label.default('default'),
  roles: z
    .array(oneOf(['data', 'execution']))
    .min(1, 'name a role or leave it out')
    .optional(),
  key: keySource.optional(),
  options: z.record(z.string(), z.unknown()).default({}),
  simulator: z.looseObject({ speed: z.number().positive().max(100_000).default(1) }).optional(),
  slippageBps: bps.optional(),
  external,
})

const position = z.strictObject({
  venue: key,
  label: label.optional(),
  token,
  timeframe: oneOf(TIMEFRAMES),
  allocationUsd: usd,
})

const clock = z.strictObject({
  speed: z.number().positive().max(100_000),
  anchorWallMs: z.number().nonnegative(),
  anchorMs: z.number().nonnegative(),
})

const majors = z.strictObject({
  venue: key,
  label: label.optional(),
  symbols: z
    .array(token)
    .min(1, 'name a symbol, or set majors to false')
    .default(['BTC', 'ETH', 'SOL', 'HYPE', 'BNB'].map(instrumentId)),
})

/** A whole config. Every object is strict: an option that is misspelt is refused, not ignored. */
export const configSchema = z.strictObject({
  mode: oneOf(['paper', 'dry-run', 'live']).default('paper'),
  store: store.default({ directory: '.portolan/db' }),
  venues: z.array(venueEntrySchema).min(1, 'list at least one venue'),
  positions: z.array(position).default([]),
  majors: z
    .union([z.literal(false), majors], { error: "expected { venue: 'token_chain/book_id' } or false" })
    .default(false),
  regime: regimeSchema.prefault({}),
  risk: riskSchema.prefault({}),
  execution: executionSchema.prefault({}),
  reconcile: reconcileSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  // The constants are checked by the portfolio manager itself, the models when they are loaded.
  pm: z
    .looseObject({
      fixedA: share.optional(),
      fixedE: share.optional(),
      planner: z.unknown(),
      signals: z.unknown(),
      regime: z.unknown(),
    })
    .partial()
    .default({}),
  bars: z
    .strictObject({
      graceMs: z.int().min(0).default(2_000),
      historyBars: z.int().min(1).default(1_000),
    })
    .prefault({}),
  simulation: z.strictObject({ slippageBps: bps.default(5), startingCash: usd.prefault(10_000) }).prefault({}),
  log: z
    .strictObject({
      level: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      pretty: z.boolean().optional(),
    })
    .prefault({}),
  onVenueError: oneOf(['fail', 'skip']).default('fail'),
  clock: clock.optional(),
})

export type ParsedConfig = z.output<typeof configSchema>
export type ParsedVenueEntry = z.output<typeof venueEntrySchema>
