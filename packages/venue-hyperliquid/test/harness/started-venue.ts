import { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import { ScriptedVenue } from './scripted-venue.ts'
import type { TestContext, TestContextSettings } from './test-context.ts'
import { ManualClock, testContext } from './test-context.ts'

/** An adapter connected to a scripted venue. */
export interface StartedVenue extends AsyncDisposable {
  readonly server: ScriptedVenue
  readonly clock: ManualClock
  readonly context: TestContext
  readonly venue: HyperliquidVenue
}

export interface StartedVenueSettings {
  readonly options?: Readonly<Record<string, unknown>>
  readonly context?: Partial<TestContextSettings<ManualClock>>
  /** Runs before the adapter starts. */
  readonly script?: (server: ScriptedVenue) => void
}

/** Starts both. */
export async function startVenue(settings: StartedVenueSettings = {}): Promise<StartedVenue> {
  const server = await ScriptedVenue.start()
  settings.script?.(server)
  const clock = new ManualClock()
  const options = { network: 'simulator', url: server.url, ...settings.options } as const
  const context = testContext({ clock, ...settings.context, options })
  const venue = new HyperliquidVenue(context, () => 0.5)
  try {
    await venue.start(context.signal)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return {
    server,
    clock,
    context,
    venue,
    [Symbol.asyncDispose]: async () => {
      await venue[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
