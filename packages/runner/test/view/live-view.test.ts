import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ViewFrame } from '../../src/view/dashboard/view-frame.ts'
import { LiveView } from '../../src/view/live-view.ts'
import { runnerSnapshot } from './snapshot-fixture.ts'

/** A terminal of which only what is written to it is known. */
class FakeTerminal extends Writable {
  readonly isTTY = true
  columns = 100
  rows = 24
  written = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString()
    done()
  }

  /** What was written since the last call. */
  take(): string {
    const text = this.written
    this.written = ''
    return text
  }
}

function frame(changes: Partial<ViewFrame> = {}): ViewFrame {
  return { snapshot: runnerSnapshot(), uptimeMs: 1000, speed: 1, endsInMs: null, stopping: false, ...changes }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets what was written be taken by the terminal. */
function written(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('the live view on a terminal', () => {
  it('draws at once and again as time passes, writing only what changed', async () => {
    const terminal = new FakeTerminal()
    let uptimeMs = 1000
    using _view = new LiveView({ stream: terminal, colours: false, frame: () => frame({ uptimeMs }) })
    expect(terminal.take()).toContain('portolan  live on simulator')
    await written()
    uptimeMs = 2000
    vi.advanceTimersByTime(250)
    const second = terminal.take()
    expect(second).toContain('up 2s')
    expect(second).not.toContain('portolan  live')
    expect(second).not.toContain('kPEPE')
  })

  it('writes nothing while nothing changes', async () => {
    const terminal = new FakeTerminal()
    using _view = new LiveView({ stream: terminal, colours: false, frame: () => frame() })
    await written()
    terminal.take()
    vi.advanceTimersByTime(1000)
    await written()
    expect(terminal.take()).not.toContain('profit')
  })

  it('fits a terminal that was made smaller', async () => {
    const terminal = new FakeTerminal()
    using _view = new LiveView({ stream: terminal, colours: false, frame: () => frame() })
    await written()
    terminal.take()
    terminal.columns = 40
    terminal.rows = 8
    vi.advanceTimersByTime(250)
    const text = terminal.take()
    expect(text).toContain('portolan')
    expect(text).not.toContain('recent')
  })

  it('leaves the last picture, stops drawing, and is disposed of once', async () => {
    const terminal = new FakeTerminal()
    let stopping = false
    const view = new LiveView({ stream: terminal, colours: false, frame: () => frame({ stopping }) })
    await written()
    terminal.take()
    stopping = true
    view[Symbol.dispose]()
    expect(terminal.take()).toContain('stopping')
    view[Symbol.dispose]()
    vi.advanceTimersByTime(1000)
    expect(terminal.take()).toBe('')
  })
})
