/**
 * A saved state that this version cannot go on from. Replay the position from the first bar it knew (never re-seed it in the middle), or run the
 * version that wrote it.
 */
export class SavedStateError extends Error {
  override readonly name = 'SavedStateError'
  /** `series`, `position` or `regime`. */
  readonly what: string

  constructor(what: string, wanted: number, found: unknown) {
    const seen = JSON.stringify(found) ?? 'undefined'
    super(
      `saved ${what} state has version ${seen.slice(0, 60)}, this build reads ${wanted}: replay it from its first bar, or run the build that wrote it`,
    )
    this.what = what
  }
}

/** Throws a {@link SavedStateError} unless `saved` is an object with the version `wanted`. */
export function checkVersion(
  what: string,
  saved: unknown,
  wanted: number,
): asserts saved is { readonly version: number } {
  if (saved === null || typeof saved !== 'object' || !('version' in saved) || saved.version !== wanted) {
    const found = saved !== null && typeof saved === 'object' && 'version' in saved ? saved.version : saved
    throw new SavedStateError(what, wanted, found)
  }
}
