interface ParseContext {
  readonly source?: string
}

const INTEGER = /^-?\d+$/

/**
 * JSON.parse that loses nothing: an integer beyond 2^53 becomes a bigint (the chain counts in u64), everything else is as usual.
 * @throws {SyntaxError}
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: ParseContext) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    const source = context?.source
    return source !== undefined && INTEGER.test(source) ? BigInt(source) : value
  })
}
