import { z } from 'zod'

/** One JSON-RPC endpoint. Its address usually carries an API key: it is never logged, only its host is. */
const endpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** WebSocket address. Default: `url` with `ws` for `http`. */
  wsUrl: z.url({ protocol: /^wss?$/ }).optional(),
  /** Requests within any 10 s. Source of the default: the public mainnet endpoints, 40 of one method per 10 s. */
  requestsPer10s: z.number().int().positive().default(40),
  /** Of these, kept back for exits. */
  exitReserve: z.number().int().nonnegative().default(10),
  /** Only broadcasts transactions, e.g. a landing service; never asked anything. */
  sendOnly: z.boolean().default(false),
  /** Sent with every request, e.g. an `x-api-key`. Never logged. */
  headers: z.record(z.string(), z.string()).default({}),
})

const isReader = (entry: { readonly sendOnly?: boolean | undefined }) => entry.sendOnly !== true

/** The option `rpc`: endpoints in order of preference; the next one answers when one fails. */
export const rpcOptions = z
  .array(endpoint)
  .min(1, 'name at least one RPC endpoint')
  .refine((entries) => entries.some(isReader), 'at least one endpoint must answer questions: not all can be sendOnly')
  .refine((entries) => entries.every((entry) => entry.exitReserve < entry.requestsPer10s), {
    message: 'exitReserve must be less than requestsPer10s: nothing would be left for anything but exits',
  })

/** {@link rpcOptions} with defaults filled in. */
export type RpcOptions = z.output<typeof rpcOptions>
/** One of them. */
export type RpcEndpointOptions = RpcOptions[number]
