import type { Address } from '@solana/kit'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../chain/addresses.ts'
import { uiTokenAmount } from '../chain/landed-transaction.ts'
import type { TokenState } from '../chain/token-layout.ts'
import { decodeMint, decodeTokenAccount } from '../chain/token-layout.ts'
import { contextOf } from './account-methods.ts'
import { encodeAccount } from './encode-account.ts'
import { addressAt, addressOf, configAt } from './params.ts'
import type { Method, Methods, RpcContext } from './rpc-context.ts'
import { invalidParams } from './rpc-error.ts'

/** Methods that read SPL tokens. */
export const TOKEN_METHODS: Methods = {
  getTokenAccountBalance: ({ node }, params) => {
    const commitment = contextOf(node, configAt(params, 1))
    const account = node.read(addressAt(params, 0), commitment)
    if (account === undefined) throw invalidParams('Invalid param: could not find account')
    const token = decodeTokenAccount(account)
    if (token === undefined) throw invalidParams('Invalid param: not a Token account')
    const decimals = decodeMint(node.read(token.mint, commitment))?.decimals ?? 0
    return node.inContext(uiTokenAmount(token.amount, decimals), commitment)
  },
  getTokenSupply: ({ node }, params) => {
    const commitment = contextOf(node, configAt(params, 1))
    const mint = decodeMint(node.read(addressAt(params, 0), commitment))
    if (mint === undefined) throw invalidParams('Invalid param: not a Token mint')
    return node.inContext(uiTokenAmount(mint.supply, mint.decimals), commitment)
  },
  getTokenLargestAccounts: (context, params) => {
    const { node } = context
    const commitment = contextOf(node, configAt(params, 1))
    const mint = addressAt(params, 0)
    const decimals = decodeMint(node.read(mint, commitment))?.decimals
    if (decimals === undefined) throw invalidParams('Invalid param: not a Token mint')
    const tokens = tokenAccounts(
      context,
      (token) => token.mint === mint,
      [TOKEN_PROGRAM, TOKEN_2022_PROGRAM],
      commitment,
    )
    tokens.sort((a, b) => (a.token.amount < b.token.amount ? 1 : -1))
    return node.inContext(
      tokens.slice(0, 20).map(({ at, token }) => ({ address: at, ...uiTokenAmount(token.amount, decimals) })),
      commitment,
    )
  },
  getTokenAccountsByOwner: byHolder((token, holder) => token.owner === holder),
  getTokenAccountsByDelegate: byHolder((token, holder) => token.delegate?.address === holder),
}

function byHolder(holds: (token: TokenState, holder: Address) => boolean): Method {
  return (context, params) => {
    const { node } = context
    const holder = addressAt(params, 0)
    const filter = configAt(params, 1)
    const config = configAt(params, 2)
    const commitment = contextOf(node, config)
    const { programs, mint } = wanted(context, filter)
    const tokens = tokenAccounts(
      context,
      (token) => holds(token, holder) && (mint === undefined || token.mint === mint),
      programs,
      commitment,
    )
    const value = tokens.map(({ at, account }) => ({
      pubkey: at,
      account: encodeAccount(account, config, (key) => node.read(key, commitment)),
    }))
    return node.inContext(value, commitment)
  }
}

function wanted(
  { chain }: RpcContext,
  filter: Readonly<Record<string, unknown>>,
): { programs: Address[]; mint?: Address } {
  if (typeof filter.programId === 'string') {
    const program = addressOf(filter.programId)
    if (program !== TOKEN_PROGRAM && program !== TOKEN_2022_PROGRAM) {
      throw invalidParams('Invalid param: unrecognized Token program id')
    }
    return { programs: [program] }
  }
  if (typeof filter.mint !== 'string') throw invalidParams('Invalid params: expected mint or programId.')
  const mint = addressOf(filter.mint)
  const account = chain.read(mint)
  if (decodeMint(account) === undefined || account === undefined)
    throw invalidParams('Invalid param: could not find mint')
  return { programs: [account.owner], mint }
}

function tokenAccounts(
  { chain, node }: RpcContext,
  fits: (token: TokenState) => boolean,
  programs: readonly Address[],
  commitment: Parameters<typeof node.read>[1],
) {
  return programs
    .flatMap((program) => chain.tokenAccounts(program))
    .flatMap((at) => {
      const account = node.read(at, commitment)
      const token = decodeTokenAccount(account)
      return account === undefined || token === undefined || !fits(token) ? [] : [{ at, account, token }]
    })
}
