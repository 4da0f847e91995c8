import type { Runner } from '../../runner.ts'
import type { ViewFrame } from '../../view/dashboard/view-frame.ts'
import { LiveView } from '../../view/live-view.ts'
import { PlainLog } from '../../view/plain-log/plain-log.ts'
import { createPainter } from '../../view/style.ts'
import type { Interruption } from '../interruption.ts'
import type { Terminal } from '../terminal.ts'
import { print } from '../terminal.ts'
import { closingLines } from './closing-lines.ts'

export interface SessionOptions {
  readonly runner: Runner
  readonly terminal: Terminal
  readonly interruption: Interruption
  /** How many times faster than the wall clock the runner's clock goes. */
  readonly speed: number
  /** Wall clock ms after which the run ends by itself; `null` for never. */
  readonly untilMs: number | null
  /** Draw a live view on the terminal instead of writing lines. */
  readonly drawn: boolean
}

/**
 * Runs a runner until it is interrupted or its time is over, showing what it does, and stops it. Rejects when it could not be started
 * or stopped; it is stopped in any case.
 */
export async function runSession(options: SessionOptions): Promise<void> {
  const { runner, terminal, interruption, speed, untilMs } = options
  const startedAt = performance.now()
  // What is stopped says so of itself: the last picture is that of the run.
  let last: ViewFrame | null = null
  const frame = (): ViewFrame => {
    if (last !== null) return last
    const uptimeMs = performance.now() - startedAt
    const endsInMs = untilMs === null ? null : Math.max(0, untilMs - uptimeMs)
    return { snapshot: runner.snapshot(), uptimeMs, speed, endsInMs, stopping: false }
  }
  const timer = untilMs === null ? null : setTimeout(() => interruption.end(), untilMs)
  try {
    using view = show(options, frame)
    try {
      // Interrupting a start that takes long must not have to wait for it.
      await Promise.race([runner.start(), interruption.ended()])
      await Promise.race([interruption.ended(), aborted(runner.failed)])
    } finally {
      last = { ...frame(), endsInMs: null, stopping: true }
      view.draw()
      await runner.stop()
    }
  } finally {
    if (timer !== null) clearTimeout(timer)
  }
  print(terminal, closingLines(frame()))
  runner.failed.throwIfAborted()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

interface Shown extends Disposable {
  draw(): void
}

function show({ runner, terminal, drawn }: SessionOptions, frame: () => ViewFrame): Shown {
  const { stdout, colours } = terminal
  if (drawn) return new LiveView({ stream: stdout, colours, frame })
  const log = new PlainLog({
    write: (line) => stdout.write(`${line}\n`),
    painter: createPainter(colours),
    snapshot: () => runner.snapshot(),
  })
  const end = runner.onEvent((event) => log.onEvent(event))
  return {
    draw: () => undefined,
    [Symbol.dispose]() {
      end()
      log[Symbol.dispose]()
    },
  }
}
