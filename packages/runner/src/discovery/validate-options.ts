import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ConfigIssue } from '../config/config-error.ts'
import { formatPath } from '../config/config-error.ts'

export type ValidatedOptions =
  | { readonly value: unknown; readonly issues: readonly [] }
  | { readonly value: null; readonly issues: readonly ConfigIssue[] }

/** Validates options by a package's own schema. @param at where they stand in the config. */
export async function validateOptions(
  schema: StandardSchemaV1,
  options: unknown,
  at: readonly PropertyKey[],
): Promise<ValidatedOptions> {
  try {
    const result = await schema['~standard'].validate(options)
    if (result.issues === undefined) return { value: result.value, issues: [] }
    return {
      value: null,
      issues: result.issues.map(({ path = [], message }) => ({
        path: formatPath([...at, ...path.map((step) => (typeof step === 'object' ? step.key : step))]),
        message,
      })),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      value: null,
      issues: [{ path: formatPath(at), message: `the package's schema failed on them: ${reason}` }],
    }
  }
}
