import { computeAE } from './compute-ae.ts'
import type { RegimeInput, RegimeModel, RegimeReading } from './regime-model.ts'
import { universalRegime } from './universal-regime.ts'

/**
 * Asks a regime: the boundary between the market's drivers and somebody else's code. A model that throws, or whose A and E are no scores, counts as a
 * market without drivers, with the reason as `refused`.
 */
export function askRegime(model: RegimeModel, input: RegimeInput): RegimeReading {
  if (model === universalRegime) return model.evaluate(input)
  try {
    const reading = model.evaluate({ ...input, readings: { ...input.readings } })
    const problem = problemOf(reading)
    return problem === null ? reading : refused(input, problem)
  } catch (error) {
    return refused(input, `the regime model threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function refused(input: RegimeInput, reason: string): RegimeReading {
  return { ...computeAE({ ...input, readings: {} }), refused: reason }
}

function problemOf(reading: RegimeReading): string | null {
  for (const name of ['A', 'E'] as const) {
    const value: unknown = reading[name]
    if (!(typeof value === 'number' && value >= 0 && value <= 1)) {
      return `the regime model's ${name} is ${String(value)}, not a number from 0 to 1`
    }
  }
  return Array.isArray(reading.contributions) && Array.isArray(reading.missing)
    ? null
    : "the regime model's contributions and missing are not lists"
}
