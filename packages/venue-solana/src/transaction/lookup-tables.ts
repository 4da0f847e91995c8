import { VenueError } from '@portolan/core'
import { getAddressDecoder } from '@solana/kit'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'

/** Bytes before the addresses. Source: the address lookup table program. */
const HEADER = 56
const ADDRESS = 32
const KEPT = 200
const addresses = getAddressDecoder()

/** Contents of lookup tables, read from the chain. Tables only ever grow, so that what was read stays true. */
export class LookupTables {
  readonly #rpc: SolanaRpc
  readonly #known = new Map<string, readonly string[]>()

  constructor(rpc: SolanaRpc) {
    this.#rpc = rpc
  }

  /**
   * @param lengths of how many addresses each table is needed.
   * @throws {VenueError} `refused` for a table that is none, or is shorter.
   */
  async read(
    lengths: ReadonlyMap<string, number>,
    signal: AbortSignal,
    priority: 'exit' | 'normal',
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const missing = [...lengths].filter(([table, length]) => (this.#known.get(table)?.length ?? -1) < length)
    if (missing.length > 0) await this.#fetch(missing, signal, priority)
    return Object.fromEntries([...lengths.keys()].map((table) => [table, this.#known.get(table) ?? []]))
  }

  async #fetch(missing: readonly (readonly [string, number])[], signal: AbortSignal, priority: 'exit' | 'normal') {
    const tables = missing.map(([table]) => table)
    const { accounts } = await this.#rpc.multipleAccounts(tables, signal, priority)
    for (const [index, [table, length]] of missing.entries()) {
      const data = accounts[index]?.data ?? new Uint8Array()
      const count = Math.floor(Math.max(0, data.length - HEADER) / ADDRESS)
      if (count < length) {
        throw new VenueError(
          'refused',
          `other: the lookup table ${table} does not hold the ${length} addresses it should`,
        )
      }
      const read = Array.from({ length: count }, (_, at) => addresses.decode(data, HEADER + at * ADDRESS))
      if (this.#known.size >= KEPT) this.#known.clear()
      this.#known.set(table, read)
    }
  }
}

/** @throws {VenueError} `refused` when a table of the chain holds other addresses than somebody says. */
export function checkTables(
  said: Readonly<Record<string, readonly string[]>>,
  real: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [table, list] of Object.entries(said)) {
    const same = list.every((address, at) => real[table]?.[at] === address)
    if (!same)
      throw new VenueError('refused', `other: the lookup table ${table} holds other addresses than Jupiter says`)
  }
}
