import type { Instrument } from '@portolan/core'
import { PERP_UNIVERSE } from '../reference/index.ts'
import { OWN, perpInstrument } from './perp-instrument.ts'

/** The bundled universe, for sizing without a connection. It carries no asset ids: orders need live metadata. */
export function offlineInstruments(): readonly Instrument[] {
  return PERP_UNIVERSE.map((perp) => perpInstrument(perp, OWN, null))
}
