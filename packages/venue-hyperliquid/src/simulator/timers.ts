/** What the simulator waits with: real timers behind a server, the injected clock's in memory. */
export interface Timers {
  /** Calls once after so many ms of the wall (or of the injected clock); disposing cancels. */
  after(ms: number, run: () => void): Disposable
  /** Lets others have a turn in the middle of long work. */
  breathe(): Promise<void>
}

/** Resolves after a while. */
export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => void timers.after(ms, resolve))
}

export const wallTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}
