import { createLogUpdate } from 'log-update'
import { renderDashboard } from './dashboard/render-dashboard.ts'
import type { ViewFrame } from './dashboard/view-frame.ts'
import { createPainter } from './style.ts'

/** How often the view is drawn again, ms. */
const REDRAW_MS = 250

/** The part of `process.stdout` that is needed. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly columns?: number
  readonly rows?: number
}

/**
 * Draws frames over one another until it is disposed; the last one stays on the screen and the cursor comes back. Nothing else may
 * write to the same terminal meanwhile.
 */
export class LiveView implements Disposable {
  readonly #stream: TerminalStream
  readonly #frame: () => ViewFrame
  readonly #update: ReturnType<typeof createLogUpdate>
  readonly #painter: ReturnType<typeof createPainter>
  readonly #timer: NodeJS.Timeout
  #drawn = true
  #disposed = false

  constructor(options: {
    readonly stream: TerminalStream
    readonly colours: boolean
    readonly frame: () => ViewFrame
  }) {
    this.#stream = options.stream
    this.#frame = options.frame
    this.#painter = createPainter(options.colours)
    this.#update = createLogUpdate(options.stream)
    this.draw()
    this.#timer = setInterval(() => {
      // A terminal that takes its time (a slow line) gets fewer frames, not a queue of them.
      if (this.#drawn) this.draw()
    }, REDRAW_MS)
  }

  /** Draws now. */
  draw(): void {
    const width = this.#stream.columns ?? 80
    // The line below the frame belongs to the cursor.
    const height = (this.#stream.rows ?? 24) - 1
    this.#update(renderDashboard(this.#frame(), width, height, this.#painter))
    this.#drawn = false
    this.#stream.write('', () => {
      this.#drawn = true
    })
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return
    this.#disposed = true
    clearInterval(this.#timer)
    this.draw()
    this.#update.done()
  }
}
