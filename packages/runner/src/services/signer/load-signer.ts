import type { SignatureScheme } from '@portolan/core'
import { RunnerError } from '../../runner-error.ts'
import type { HeldSigner } from './held-signer.ts'
import { holdKey } from './held-signer.ts'
import { readKeyFile } from './key-file.ts'
import { parseKeyText } from './key-text.ts'

/** Where a key is kept: the name of an environment variable, or a path. */
export type KeySource = { readonly env: string } | { readonly file: string }

/**
 * Reads a key and holds it. Buffers are zeroed on the way; text cannot be, it is left to the garbage collector.
 * @param environment default: the process's own.
 * @throws {RunnerError} `key-missing`, `key-unreadable` or `key-invalid`; never with the key in it.
 */
export async function loadSigner(
  scheme: SignatureScheme,
  source: KeySource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HeldSigner> {
  if ('file' in source) {
    return holdKey(scheme, parseKeyText(scheme, await readKeyFile(source.file), `file ${source.file}`))
  }
  const text = environment[source.env]
  if (text === undefined || text.trim() === '') {
    throw new RunnerError(
      'key-missing',
      `The environment variable ${source.env}, which should hold a ${scheme} key, is not set`,
    )
  }
  return holdKey(scheme, parseKeyText(scheme, text, `environment variable ${source.env}`))
}
