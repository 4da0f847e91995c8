import { pathToFileURL } from 'node:url'
import type { SignatureScheme } from '@portolan/core'
import { RunnerError } from '../../runner-error.ts'
import type { HeldSigner } from './held-signer.ts'
import { holdKey } from './held-signer.ts'
import { isSigner } from './is-signer.ts'
import { readKeyFile } from './key-file.ts'
import { parseKeyText } from './key-text.ts'
import type { RemoteSigner } from './remote-signer.ts'
import { connectRemoteSigner } from './remote-signer.ts'

/**
 * Where a key is kept: the name of an environment variable, a path, or somewhere else, where a signer (or the path of a module that exports one by
 * default) asks for signatures.
 */
export type KeySource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly remote: RemoteSigner | string }

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
  if ('remote' in source) return remoteSigner(scheme, source.remote)
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

async function remoteSigner(scheme: SignatureScheme, remote: RemoteSigner | string): Promise<HeldSigner> {
  if (typeof remote !== 'string') return connectRemoteSigner(scheme, remote, 'the config')
  let loaded: unknown
  try {
    const module: unknown = await import(pathToFileURL(remote).href)
    loaded = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  } catch (cause) {
    throw new RunnerError('key-unreadable', `The remote signer ${remote} could not be loaded`, { cause })
  }
  if (typeof loaded === 'function') return connectRemoteSigner(scheme, loaded as () => Promise<never>, remote)
  if (isSigner(loaded)) return connectRemoteSigner(scheme, loaded, remote)
  throw new RunnerError('key-invalid', `${remote} exports neither a signer nor a function by default`)
}
