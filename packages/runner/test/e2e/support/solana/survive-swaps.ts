import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../seeded-random.ts'
import type { SolanaVoyage } from './solana-voyage.ts'
import type { SwapBooks } from './swap-check.ts'
import { problems, readBooks, unsettled } from './swap-check.ts'
import { injectSwapFaults } from './swap-faults.ts'
import type { SwapMoment } from './swap-moments.ts'
import { endAt } from './swap-moments.ts'

/** From the first instruction to the first decision, wall ms. */
const START_MS = 60_000
const TRIES_TO_SETTLE = 10
/** What the log says of a position that met what it must never meet. */
const GIVEN_UP = /not followed any more/

/** A course of events that must not be. */
class BrokenBooksError extends Error {
  override readonly name = 'BrokenBooksError'
}

/** Lets one runner after the other live until a moment and die there, while things go wrong, and looks at the books of each. */
export async function surviveSwaps(
  voyage: SolanaVoyage,
  moments: readonly SwapMoment[],
  random: SeededRandom,
  onLife: (life: number, moment: SwapMoment, books: SwapBooks) => void = () => undefined,
): Promise<void> {
  for (const [life, moment] of moments.entries()) {
    await using runner = voyage.run()
    const disturbed = runner.line(/ decision /, START_MS).then(
      async (line) => line !== null && runner.isRunning && (await injectSwapFaults(voyage, random)),
      () => undefined,
    )
    await endAt(moment, runner, voyage, random)
    await disturbed
    await voyage.heal()
    const books = await readBooks(voyage)
    const found = problems(books, voyage)
    if (GIVEN_UP.test(runner.stderr)) found.push('a position is not followed any more')
    if (found.length > 0)
      throw new BrokenBooksError(`life ${life}, ended at ${moment}:\n${found.join('\n')}\n${runner.said()}`)
    onLife(life, moment, books)
  }
}

/** Lets runners live in peace until the books are those of the chain and nothing is open. */
export async function settleSwaps(voyage: SolanaVoyage): Promise<SwapBooks> {
  for (let tries = 1; ; tries++) {
    const books = await readBooks(voyage)
    const found = problems(books, voyage)
    if (found.length > 0) throw new BrokenBooksError(found.join('\n'))
    const open = await unsettled(books, voyage)
    if (open.length === 0) return books
    if (tries > TRIES_TO_SETTLE) throw new BrokenBooksError(open.join('\n'))
    await using runner = voyage.run()
    if ((await runner.line(/ decision /, START_MS)) === null) throw new BrokenBooksError(runner.said())
    await sleep(4_000 + 1_500 * tries)
    const end = await runner.interrupt()
    if (end.code !== 0) throw new BrokenBooksError(`it did not end cleanly: ${runner.said()}`)
  }
}
