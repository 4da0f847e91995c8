/**
 * Thousands of disasters, each from a seed: `pnpm dst --seeds 1000 [--from SEED] [--minutes N] [--recovery N] [--venues mixed|hyperliquid|solana|both] [--verbose]`. Prints
 * how many seeds a second it ran and the first one that failed; that seed alone (`--from SEED --seeds 1`, the same minutes and venues) replays exactly.
 */
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '12' },
    recovery: { type: 'string', default: '8' },
    venues: { type: 'string', default: 'mixed' },
    verbose: { type: 'boolean', default: false },
  },
})
const [seeds, from, minutes, recoveryMinutes] = [values.seeds, values.from, values.minutes, values.recovery].map(
  Number,
) as [number, number, number, number]
if (![seeds, from, minutes, recoveryMinutes].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  console.error('--seeds, --from, --minutes and --recovery take whole numbers')
  process.exit(2)
}

const { venues } = values
if (venues !== 'hyperliquid' && venues !== 'solana' && venues !== 'both' && venues !== 'mixed') {
  console.error('--venues takes hyperliquid, solana, both or mixed')
  process.exit(2)
}

const started = performance.now()
const totals = { seeds: 0, crashes: 0, refusedStarts: 0, zombies: 0, intents: 0, fills: 0 }
let firstFailed: number | null = null
let failed = 0
for (let seed = from; seed < from + seeds; seed += 1) {
  const result = await runSeed({ seed, minutes, recoveryMinutes, venues, verbose: values.verbose })
  totals.seeds += 1
  for (const name of ['crashes', 'refusedStarts', 'zombies', 'intents', 'fills'] as const) totals[name] += result[name]
  if (values.verbose) for (const line of result.log) console.log(line)
  if (result.problems.length > 0) {
    firstFailed ??= seed
    failed += 1
    const venue = venues === 'mixed' ? '' : ` --venues ${venues}`
    console.log(
      `seed ${seed} failed (pnpm dst --from ${seed} --seeds 1 --minutes ${minutes} --recovery ${recoveryMinutes}${venue} --verbose):`,
    )
    for (const problem of result.problems) console.log(`  ${problem}`)
  }
  if (totals.seeds % 100 === 0) console.error(`${totals.seeds} seeds, ${rate()} a second, ${failed} failed`)
}
console.log(
  `${totals.seeds} seeds, ${rate()} a second: ${totals.crashes} crashes, ${totals.refusedStarts} second starts refused, ${totals.zombies} runners without their claim, ${totals.intents} intents, ${totals.fills} fills`,
)
console.log(firstFailed === null ? 'no seed failed' : `first failing seed: ${firstFailed} (${failed} in all)`)
process.exit(firstFailed === null ? 0 : 1)

function rate(): string {
  return ((totals.seeds * 1000) / (performance.now() - started)).toFixed(2)
}
