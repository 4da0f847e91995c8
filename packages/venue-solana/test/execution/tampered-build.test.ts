import { VenueError } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../../src/transaction/program-addresses.ts'
import { NEVER, signal, World } from '../harness/simulated-venue.ts'

const THIEF = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB'

interface Meta {
  pubkey: string
  isSigner: boolean
  isWritable: boolean
}
interface Ix {
  programId: string
  accounts: Meta[]
  data: string
}
interface Build {
  outAmount: string
  slippageBps: number
  setupInstructions: Ix[]
  swapInstruction: Ix
  otherInstructions: Ix[]
  cleanupInstruction: Ix | null
  tipInstruction: Ix | null
  addressesByLookupTableAddress: Record<string, string[]>
  computeBudgetInstructions: Ix[]
}

const ix = (programId: string, accounts: readonly string[], data: readonly number[]): Ix => ({
  programId,
  accounts: accounts.map((pubkey) => ({ pubkey, isSigner: false, isWritable: true })),
  data: Buffer.from(data).toString('base64'),
})
const transferLamports = (from: string, to: string, lamports: number): Ix => {
  const data = Buffer.alloc(12)
  data.writeUInt32LE(2, 0)
  data.writeBigUInt64LE(BigInt(lamports), 4)
  return ix(SYSTEM_PROGRAM, [from, to], [...data])
}
const patched = (text: string, at: number, write: (data: Buffer) => void): string => {
  const data = Buffer.from(text, 'base64')
  expect(data.length).toBeGreaterThan(at)
  write(data)
  return data.toString('base64')
}

/** Asks for a buy of 100 USDC while Jupiter's instructions are changed on their way. */
async function refusal(
  world: World,
  tamper: (build: Build, own: { source: string; wallet: string }) => void,
): Promise<string> {
  const venue = await world.adapter()
  world.intercept = async (what, go) => {
    const response = await go()
    if (what !== '/swap/v2/build') return what === 'sendTransaction' ? NEVER : response
    const build = (await response.json()) as Build
    tamper(build, { source: build.swapInstruction.accounts[1]?.pubkey ?? '', wallet: world.wallet })
    return Response.json(build)
  }
  const error: unknown = await world
    .run(venue.execution.prepare(world.order('ATLAS', 'buy', { usd: 100 }), signal))
    .catch((reason: unknown) => reason)
  if (!(error instanceof VenueError)) throw new Error(`it was signed: ${JSON.stringify(error)}`)
  return error.message
}

describe('instructions that do something else are not signed:', () => {
  it.each<[string, Parameters<typeof refusal>[1], RegExp]>([
    [
      'tokens are approved to somebody',
      (build, { source, wallet }) => {
        build.otherInstructions.push(ix(TOKEN_PROGRAM, [source, THIEF, wallet], [4, 255, 255, 255, 255, 0, 0, 0, 0]))
      },
      /calls the token program for more/,
    ],
    [
      'the owner of an account is changed',
      (build, { source, wallet }) => {
        build.setupInstructions.push(ix(TOKEN_PROGRAM, [source, wallet], [6, 2, 0]))
      },
      /calls the token program for more/,
    ],
    [
      'an account is closed to the benefit of somebody',
      (build, { source, wallet }) => {
        build.cleanupInstruction = ix(TOKEN_PROGRAM, [source, THIEF, wallet], [9])
      },
      /to the benefit of somebody else/,
    ],
    [
      'SOL goes to somebody',
      (build, { wallet }) => {
        build.otherInstructions.push(transferLamports(wallet, THIEF, 1_000_000_000))
      },
      /gives 1000000000 lamports away/,
    ],
    [
      'a tip that nobody allowed',
      (build, { wallet }) => {
        build.tipInstruction = transferLamports(wallet, THIEF, 50_000)
      },
      /gives 50000 lamports away, 0 are allowed/,
    ],
    [
      'a durable nonce, with which it would never expire',
      (build, { wallet }) => {
        build.setupInstructions.unshift(ix(SYSTEM_PROGRAM, [THIEF, THIEF, wallet], [4, 0, 0, 0]))
      },
      /more than a transfer/,
    ],
    [
      'a token account for somebody else, paid by us',
      (build, { wallet }) => {
        build.setupInstructions.push(ix(ASSOCIATED_TOKEN_PROGRAM, [wallet, THIEF, THIEF, THIEF], [1]))
      },
      /for somebody else/,
    ],
    [
      'a program that nobody knows',
      (build) => {
        build.otherInstructions.push(ix(THIEF, [], []))
      },
      /calls the program Es9vMFrz.*extraPrograms/,
    ],
    [
      'a second signer',
      (build) => {
        build.swapInstruction.accounts.push({ pubkey: THIEF, isSigner: true, isWritable: false })
      },
      /would have to sign it too/,
    ],
    [
      'no swap of the amount',
      (build) => {
        build.swapInstruction.data = patched(build.swapInstruction.data, 8, (data) => data.writeBigUInt64LE(99n, 0))
      },
      /holds 0 swaps/,
    ],
    [
      'the swap twice',
      (build) => {
        build.otherInstructions.push(build.swapInstruction)
      },
      /holds 2 swaps/,
    ],
    [
      'a tolerance that is wider than said',
      (build) => {
        build.swapInstruction.data = patched(build.swapInstruction.data, 18, (data) => data.writeUInt16LE(9_000, 16))
      },
      /lets \d+ base units through/,
    ],
    [
      'the output to somebody else',
      (build) => {
        const [, source, target] = build.swapInstruction.accounts
        if (source && target) target.pubkey = source.pubkey
      },
      /simulation of the swap fails|would arrive/,
    ],
    [
      'lookup tables that hold something else',
      (build) => {
        for (const list of Object.values(build.addressesByLookupTableAddress)) list.reverse()
      },
      /holds other addresses/,
    ],
    [
      'lookup tables that do not exist',
      (build) => {
        build.addressesByLookupTableAddress = { [THIEF]: [THIEF] }
      },
      /does not hold the 1 addresses/,
    ],
  ])('%s', async (_, tamper, message) => {
    await using world = new World()
    expect(await refusal(world, tamper)).toMatch(message)
    expect(await world.executed()).toEqual([])
    expect(world.requests).not.toContain('sendTransaction')
  })

  it('a quote for another swap', async () => {
    await using world = new World()
    const message = await refusal(world, (build) => Object.assign(build, { outputMint: THIEF }))
    expect(message).toMatch(/quotes another swap/)
  })

  it('a priority fee without end is bounded, not refused', async () => {
    await using world = new World()
    const venue = await world.adapter({ execution: { maxPriorityFeeLamports: { normal: 20_000 } } })
    world.intercept = async (what, go) => {
      const response = await go()
      if (what !== '/swap/v2/build') return response
      const build = (await response.json()) as Build
      for (const one of build.computeBudgetInstructions) {
        one.data = patched(one.data, 8, (data) => data.writeBigUInt64LE(10n ** 15n, 1))
      }
      return Response.json(build)
    }
    const sealed = await world.run(venue.execution.prepare(world.order('ATLAS', 'buy', { usd: 100 }), signal))
    const outcome = await world.run(venue.execution.submit(sealed, signal))
    if (outcome.kind !== 'filled') throw new Error(outcome.kind)
    const fee = Number(outcome.fills?.[0]?.fee.amount) * 1e9
    expect(fee).toBeGreaterThan(15_000)
    expect(fee).toBeLessThanOrEqual(25_000)
  })
})
