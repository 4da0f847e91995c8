import type { Clock } from '@portolan/core'
import type { Activity } from './activity.ts'

/**
 * Waits for time to pass, for the runner to stop, or for `wake` to be called, whichever comes first; never rejects. Waiting is not work: in simulated time
 * the clock is free to move on. To be called by work in progress.
 */
export async function pauseFor(
  ms: number,
  deps: { readonly clock: Clock; readonly activity: Activity; readonly signal: AbortSignal },
  onWake: (wake: () => void) => void = () => undefined,
): Promise<void> {
  const { clock, activity, signal } = deps
  await new Promise<void>((resolve) => {
    let over = false
    const wake = (): void => {
      if (over) return
      over = true
      timer[Symbol.dispose]()
      signal.removeEventListener('abort', wake)
      // Work begins at the moment of waking, not when the promise is served: nobody may see the loop at rest in between.
      activity.begin()
      resolve()
    }
    const timer = clock.after(ms, wake)
    signal.addEventListener('abort', wake, { once: true })
    onWake(wake)
    activity.end()
    if (signal.aborted) wake()
  })
}
