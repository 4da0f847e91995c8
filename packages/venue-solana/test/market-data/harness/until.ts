import { setTimeout as wait } from 'node:timers/promises'

/** Waits for something that happens over real sockets. Fails, naming it, when it does not. */
export async function until(what: string, condition: () => boolean, withinMs = 5000): Promise<void> {
  const end = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await wait(2)
  }
}

/** Lets what is on its way over loopback arrive, for what must not happen. */
export async function settle(ms = 40): Promise<void> {
  await wait(ms)
}
