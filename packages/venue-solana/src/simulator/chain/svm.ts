import type { Address } from '@solana/kit'
import { lamports } from '@solana/kit'
import type { TransactionMetadata } from 'litesvm'
import { FailedTransactionMetadata, LiteSVM } from 'litesvm'
import { PROGRAM_BASE64 } from '../amm/program-bytes.ts'
import type { AccountState } from './account-state.ts'
import { base58, SWAP_PROGRAM } from './addresses.ts'
import type { TransactionErrorJson } from './transaction-error.ts'
import { transactionError } from './transaction-error.ts'
import type { WireTransaction } from './wire-transaction.ts'

/** What the runtime did with a transaction. */
export interface Execution {
  readonly err: TransactionErrorJson | null
  readonly logs: readonly string[]
  readonly units: number
  readonly inner: readonly InnerInstructions[]
  readonly returnData: { readonly programId: string; readonly data: readonly [string, 'base64'] } | null
}

export interface InnerInstructions {
  readonly index: number
  readonly instructions: readonly {
    readonly programIdIndex: number
    readonly accounts: readonly number[]
    /** Base58. */
    readonly data: string
    readonly stackHeight: number
  }[]
}

/** The real Solana runtime (LiteSVM) with the SPL programs and the simulator's AMM. Signatures and blockhashes are checked outside. */
export class Svm {
  readonly #svm: LiteSVM

  constructor() {
    this.#svm = new LiteSVM()
      .withSigverify(false)
      .withBlockhashCheck(false)
      .withTransactionHistory(0n)
      .withNativeMints()
    this.#svm.addProgram(SWAP_PROGRAM, Buffer.from(PROGRAM_BASE64, 'base64'))
  }

  get(address: Address): AccountState | undefined {
    const account = this.#svm.getAccount(address)
    if (!account.exists || account.lamports === 0n) return undefined
    const { data, executable, programAddress } = account
    return { lamports: account.lamports, data: Uint8Array.from(data), owner: programAddress, executable }
  }

  set(address: Address, account: AccountState): void {
    this.#svm.setAccount({
      address,
      lamports: lamports(account.lamports),
      data: account.data,
      programAddress: account.owner,
      executable: account.executable,
      space: BigInt(account.data.length),
    })
  }

  /** Addresses of all accounts that a program owns. */
  ownedBy(program: Address): Address[] {
    return this.#svm.getProgramAccounts(program).map(({ address }) => address)
  }

  /** Lamports below which an account of so many bytes cannot stay. */
  rent(bytes: number): bigint {
    return this.#svm.minimumBalanceForRentExemption(BigInt(bytes))
  }

  setTime(slot: number, unixSeconds: number): void {
    const clock = this.#svm.getClock()
    clock.slot = BigInt(slot)
    clock.unixTimestamp = BigInt(unixSeconds)
    this.#svm.setClock(clock)
  }

  execute(transaction: WireTransaction): Execution {
    const result = this.#svm.sendTransaction(transaction.parsed)
    return result instanceof FailedTransactionMetadata
      ? executionOf(result.meta(), transactionError(result.err()))
      : executionOf(result, null)
  }

  /** Runs it without any effect; also tells the accounts as they would be. */
  simulate(transaction: WireTransaction): Execution & { readonly post: ReadonlyMap<string, AccountState> } {
    const result = this.#svm.simulateTransaction(transaction.parsed)
    if (result instanceof FailedTransactionMetadata) {
      return { ...executionOf(result.meta(), transactionError(result.err())), post: new Map() }
    }
    const post = result
      .postAccounts()
      .map(
        ({ address, lamports: balance, data, programAddress, executable }) =>
          [address, { lamports: balance, data: Uint8Array.from(data), owner: programAddress, executable }] as const,
      )
    return { ...executionOf(result.meta(), null), post: new Map(post) }
  }
}

function executionOf(meta: TransactionMetadata, err: TransactionErrorJson | null): Execution {
  const inner = meta.innerInstructions().flatMap((instructions, index) =>
    instructions.length === 0
      ? []
      : [
          {
            index,
            instructions: instructions.map((item) => {
              const instruction = item.instruction()
              return {
                programIdIndex: instruction.programIdIndex(),
                accounts: [...instruction.accounts()],
                data: base58(instruction.data()),
                stackHeight: item.stackHeight(),
              }
            }),
          },
        ],
  )
  const data = meta.returnData().data()
  return {
    err,
    logs: meta.logs(),
    units: Number(meta.computeUnitsConsumed()),
    inner,
    returnData:
      data.length === 0
        ? null
        : { programId: base58(meta.returnData().programId()), data: [Buffer.from(data).toString('base64'), 'base64'] },
  }
}
