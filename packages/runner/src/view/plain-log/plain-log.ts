import type { RunnerEvent } from '../../loop/snapshot.ts'
import { eventLine } from '../event-line.ts'
import { formatMoment } from '../format/time.ts'
import type { Painter } from '../style.ts'
import { HoldSummary } from './hold-summary.ts'

/** How often holds are summed up, wall clock ms. */
const SUMMARY_MS = 60_000

/**
 * Writes one line for each event, for when there is no terminal to draw on. Holds, of which there is one a bar, are summed up once a minute.
 * Times are those of the runner's clock, UTC.
 */
export class PlainLog implements Disposable {
  readonly #write: (line: string) => void
  readonly #painter: Painter
  readonly #holds = new HoldSummary()
  readonly #timer: NodeJS.Timeout

  constructor(options: { readonly write: (line: string) => void; readonly painter: Painter }) {
    this.#write = options.write
    this.#painter = options.painter
    this.#timer = setInterval(() => this.flush(), SUMMARY_MS)
    this.#timer.unref()
  }

  onEvent(event: RunnerEvent): void {
    if (event.type === 'decision' && event.decision.action === 'hold') {
      // The first one is shown: it tells that the loop runs.
      if (this.#holds.add(event.at, event.position, event.decision) > 1) return
    }
    const time = { text: `${formatMoment(event.at)} ${event.type.padEnd(12)} `, style: 'quiet' as const }
    this.#write(this.#painter.line([time, ...eventLine(event)], Number.POSITIVE_INFINITY))
  }

  /** Writes what there is to sum up. */
  flush(): void {
    const summary = this.#holds.take()
    if (summary === null) return
    const time = { text: `${formatMoment(summary.at)} ${'holds'.padEnd(12)} `, style: 'quiet' as const }
    this.#write(this.#painter.line([time, { text: summary.text }], Number.POSITIVE_INFINITY))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.flush()
  }
}
