import { base58, bytesOf } from '../chain/addresses.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import type { WireTransaction } from '../chain/wire-transaction.ts'
import { isWritable, takeApart } from '../chain/wire-transaction.ts'
import type { Config } from './params.ts'
import { wholeNumber } from './params.ts'
import { parseInstruction } from './parse-instruction.ts'
import { invalidParams, RPC_ERROR, RpcError } from './rpc-error.ts'

/** `meta`, `transaction` and `version` of a landed transaction as `getTransaction` and `getBlock` give them. */
export function encodeTransaction(transaction: LandedTransaction, config: Config): Record<string, unknown> {
  const most = config.maxSupportedTransactionVersion
  if (
    transaction.version !== 'legacy' &&
    (most === undefined || most === null || wholeNumber(most) < transaction.version)
  ) {
    throw new RpcError(
      RPC_ERROR.unsupportedVersion,
      `Transaction version (${transaction.version}) is not supported by the requesting client. ` +
        'Please try the request again with the following configuration parameter: ' +
        `"maxSupportedTransactionVersion": ${transaction.version}`,
    )
  }
  const encoding = config.encoding ?? 'json'
  const version = most === undefined || most === null ? {} : { version: transaction.version }
  const wire = takeApart(Uint8Array.from(Buffer.from(transaction.wire, 'base64')), transaction.loaded)
  return {
    meta: metaOf(transaction, wire, encoding === 'jsonParsed'),
    transaction: body(transaction, wire, encoding),
    ...version,
  }
}

function body(transaction: LandedTransaction, wire: WireTransaction, encoding: unknown): unknown {
  switch (encoding) {
    case 'base64':
      return [transaction.wire, 'base64']
    case 'base58':
    case 'binary': {
      const text = base58(Uint8Array.from(Buffer.from(transaction.wire, 'base64')))
      return encoding === 'binary' ? text : [text, 'base58']
    }
    case 'json':
      return { message: jsonMessage(wire), signatures: wire.signatures }
    case 'jsonParsed':
      return { message: parsedMessage(wire), signatures: wire.signatures }
    default:
      throw invalidParams(
        `Invalid params: unknown variant \`${String(encoding)}\`, expected one of json, jsonParsed, base58, base64.`,
      )
  }
}

function metaOf(transaction: LandedTransaction, wire: WireTransaction, isParsed: boolean): unknown {
  const { err, inner, loaded } = transaction
  return {
    computeUnitsConsumed: transaction.units,
    err,
    fee: transaction.fee,
    innerInstructions: isParsed ? parsedInner(transaction, wire) : inner,
    ...(isParsed ? {} : { loadedAddresses: loaded }),
    logMessages: transaction.logs,
    postBalances: transaction.postBalances,
    postTokenBalances: transaction.postTokenBalances,
    preBalances: transaction.preBalances,
    preTokenBalances: transaction.preTokenBalances,
    ...(transaction.returnData === null ? {} : { returnData: transaction.returnData }),
    rewards: [],
    status: err === null ? { Ok: null } : { Err: err },
  }
}

function jsonMessage(wire: WireTransaction): unknown {
  const { message } = wire
  const { numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts } = message.header
  const lookups = message.version === 0 ? (message.addressTableLookups ?? []) : undefined
  return {
    accountKeys: message.staticAccounts,
    ...(lookups === undefined ? {} : { addressTableLookups: lookups.map(encodeLookup) }),
    header: {
      numReadonlySignedAccounts: numReadonlySignerAccounts,
      numReadonlyUnsignedAccounts: numReadonlyNonSignerAccounts,
      numRequiredSignatures: numSignerAccounts,
    },
    instructions: wire.instructions.map(({ programIndex, accounts, data }) => ({
      accounts,
      data: base58(data),
      programIdIndex: programIndex,
      stackHeight: 1,
    })),
    recentBlockhash: wire.blockhash,
  }
}

function parsedMessage(wire: WireTransaction): unknown {
  const { message } = wire
  const lookups = message.version === 0 ? (message.addressTableLookups ?? []) : undefined
  return {
    accountKeys: wire.keys.map((pubkey, index) => ({
      pubkey,
      signer: index < message.header.numSignerAccounts,
      source: index < message.staticAccounts.length ? 'transaction' : 'lookupTable',
      writable: isWritable(wire, index),
    })),
    ...(lookups === undefined ? {} : { addressTableLookups: lookups.map(encodeLookup) }),
    instructions: wire.instructions.map(({ program, accounts, data }) =>
      parseInstruction(
        program,
        accounts.map((index) => wire.keys[index] ?? ''),
        data,
        1,
      ),
    ),
    recentBlockhash: wire.blockhash,
  }
}

function parsedInner({ inner }: LandedTransaction, wire: WireTransaction): unknown {
  return inner.map(({ index, instructions }) => ({
    index,
    instructions: instructions.map((instruction) =>
      parseInstruction(
        wire.keys[instruction.programIdIndex] ?? '',
        instruction.accounts.map((account) => wire.keys[account] ?? ''),
        bytesOf(instruction.data),
        instruction.stackHeight,
      ),
    ),
  }))
}

interface Lookup {
  readonly lookupTableAddress: string
  readonly writableIndexes: readonly number[]
  readonly readonlyIndexes: readonly number[]
}

function encodeLookup({ lookupTableAddress, writableIndexes, readonlyIndexes }: Lookup): unknown {
  return { accountKey: lookupTableAddress, readonlyIndexes, writableIndexes }
}
