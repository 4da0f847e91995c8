interface ParseContext {
  readonly source?: string
}

/**
 * JSON.parse in which every number is the text that was sent: `1.613691542742065e-05` has more to it than a float keeps, and 1e400 is not infinite.
 * @throws {SyntaxError}
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: ParseContext) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value,
  )
}
