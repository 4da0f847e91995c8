import { ATA_PROGRAM, base58, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../chain/addresses.ts'
import { uiTokenAmount } from '../chain/landed-transaction.ts'

interface Parsed {
  readonly type: string
  readonly info: Readonly<Record<string, unknown>>
}

const NAMES: Readonly<Record<string, string>> = {
  [SYSTEM_PROGRAM]: 'system',
  [TOKEN_PROGRAM]: 'spl-token',
  [TOKEN_2022_PROGRAM]: 'spl-token',
  [ATA_PROGRAM]: 'spl-associated-token-account',
}

/** An instruction as `jsonParsed` gives it: taken apart when its program is known, else as it is. */
export function parseInstruction(
  program: string,
  accounts: readonly string[],
  data: Uint8Array,
  stackHeight: number,
): unknown {
  const parsed = parse(program, accounts, data)
  if (parsed === undefined) return { accounts, data: base58(data), programId: program, stackHeight }
  return { parsed, program: NAMES[program], programId: program, stackHeight }
}

function parse(program: string, accounts: readonly string[], data: Uint8Array): Parsed | undefined {
  switch (program) {
    case SYSTEM_PROGRAM:
      return parseSystem(accounts, data)
    case TOKEN_PROGRAM:
    case TOKEN_2022_PROGRAM:
      return parseToken(accounts, data)
    case ATA_PROGRAM:
      return parseAssociated(accounts, data)
    default:
      return undefined
  }
}

function parseSystem([source, destination]: readonly string[], data: Uint8Array): Parsed | undefined {
  const view = viewOf(data)
  if (data.length !== 12 || view.getUint32(0, true) !== 2) return undefined
  return { type: 'transfer', info: { destination, lamports: Number(view.getBigUint64(4, true)), source } }
}

function parseToken(accounts: readonly string[], data: Uint8Array): Parsed | undefined {
  const amount = () => viewOf(data).getBigUint64(1, true)
  const [first, second, third, fourth] = accounts
  const tag = data[0] ?? 0
  switch (tag) {
    case 3:
      return {
        type: 'transfer',
        info: { amount: String(amount()), authority: third, destination: second, source: first },
      }
    case 7:
      return { type: 'mintTo', info: { account: second, amount: String(amount()), mint: first, mintAuthority: third } }
    case 9:
      return { type: 'closeAccount', info: { account: first, destination: second, owner: third } }
    case 12: {
      const tokenAmount = uiTokenAmount(amount(), data[9] ?? 0)
      return {
        type: 'transferChecked',
        info: { authority: fourth, destination: third, mint: second, source: first, tokenAmount },
      }
    }
    case 17:
      return { type: 'syncNative', info: { account: first } }
    default:
      return undefined
  }
}

function parseAssociated(accounts: readonly string[], data: Uint8Array): Parsed | undefined {
  if (data.length > 1 || (data[0] ?? 0) > 1) return undefined
  const [source, account, wallet, mint, systemProgram, tokenProgram] = accounts
  return {
    type: data[0] === 1 ? 'createIdempotent' : 'create',
    info: { account, mint, source, systemProgram, tokenProgram, wallet },
  }
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}
