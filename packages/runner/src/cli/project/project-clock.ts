import type { LoadedConfig } from '../../config/index.ts'
import { simulatedTimeNow, simulatedTimePath } from '../../registry/index.ts'
import { ScaledClock } from '../../services/index.ts'

/** The time in which a run of the config lives or lived last, ms. */
export function projectNow({ config }: LoadedConfig): number {
  if (config.clock !== null) return new ScaledClock(config.clock).now()
  if (config.venues.every(({ simulator }) => simulator === null)) return Date.now()
  return simulatedTimeNow(simulatedTimePath(config.stateDirectory)) ?? Date.now()
}
