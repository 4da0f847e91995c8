import type { Clock } from '@portolan/core'

/**
 * `Clock.every` on top of `Clock.after`. Beats keep their phase; those that were missed (a busy process, a suspended machine) are left out, not caught up.
 * The next beat is set before `run` is called, so that a throw does not end the series.
 */
export function repeatOn(clock: Pick<Clock, 'now' | 'after'>, ms: number, run: () => void): Disposable {
  if (!(ms > 0)) throw new RangeError(`every() needs a period above 0 ms, got ${ms}`)
  let due = clock.now() + ms
  let timer = clock.after(ms, beat)
  function beat(): void {
    const now = clock.now()
    const next = due + ms * Math.max(1, Math.floor((now - due) / ms) + 1)
    // A wall clock that was set back must not silence the series.
    due = Math.min(next, now + ms)
    timer = clock.after(due - now, beat)
    run()
  }
  return {
    [Symbol.dispose]() {
      timer[Symbol.dispose]()
    },
  }
}
