import { ScaledClock } from './scaled-clock.ts'

/** The machine's clock. */
export class SystemClock extends ScaledClock {
  constructor() {
    super({ speed: 1, anchorWallMs: 0, anchorMs: 0 })
  }
}
