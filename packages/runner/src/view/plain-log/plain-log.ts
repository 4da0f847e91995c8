import type { RunnerEvent, RunnerSnapshot } from '../../loop/snapshot.ts'
import { eventLine } from '../event-line.ts'
import { formatMoment } from '../format/time.ts'
import type { Line, Painter } from '../style.ts'
import { HoldSummary } from './hold-summary.ts'
import { statusLine } from './status-line.ts'

/** How often holds are summed up and the state of the whole is told, wall clock ms. */
const SUMMARY_MS = 60_000

/**
 * Writes one line for each event, for when there is no terminal to draw on. Holds, of which there is one a bar, are summed up once a minute,
 * together with venues, holdings and profit. Times are those of the runner's clock, UTC.
 */
export class PlainLog implements Disposable {
  readonly #write: (line: string) => void
  readonly #painter: Painter
  readonly #snapshot: () => RunnerSnapshot
  readonly #holds = new HoldSummary()
  readonly #timer: NodeJS.Timeout

  constructor(options: {
    readonly write: (line: string) => void
    readonly painter: Painter
    readonly snapshot: () => RunnerSnapshot
  }) {
    this.#write = options.write
    this.#painter = options.painter
    this.#snapshot = options.snapshot
    this.#timer = setInterval(() => this.flush(), SUMMARY_MS)
    this.#timer.unref()
  }

  /** Writes how everything stands. */
  status(): void {
    const snapshot = this.#snapshot()
    this.#line(snapshot.at, 'status', statusLine(snapshot))
  }

  onEvent(event: RunnerEvent): void {
    if (event.type === 'decision' && event.decision.action === 'hold') {
      // The first one is shown: it tells that the loop runs.
      if (this.#holds.add(event.at, event.position, event.decision) > 1) return
    }
    this.#line(event.at, event.type, eventLine(event))
  }

  /** Writes what there is to sum up. */
  flush(): void {
    const summary = this.#holds.take()
    if (summary !== null) this.#line(summary.at, 'holds', [{ text: summary.text }])
    this.status()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    // Of a run that never began there is nothing to tell.
    if (this.#snapshot().venues.length > 0) this.flush()
  }

  #line(at: number, kind: string, line: Line): void {
    const time = { text: `${formatMoment(at)} ${kind.padEnd(12)} `, style: 'quiet' as const }
    this.#write(this.#painter.line([time, ...line], Number.POSITIVE_INFINITY))
  }
}
