import type { JsonValue, PmModels, SignalModel } from '@portolan/core'

/** A state that can be replaced. */
interface Held {
  inner: unknown
}

/**
 * Models as they are over a restart: after the bars of some times (ms) the signals go on from what they saved, through text, and on them the planner is
 * asked a second time, as a runner asks it again that was ended before it wrote the answer down.
 */
export function restoringModels(models: PmModels, at: ReadonlySet<number>): PmModels {
  if (at.size === 0) return models
  const { signals, planner } = models
  const restoring: SignalModel<Held> = {
    create: (config) => ({ inner: signals.create(config) }),
    advance: (state, bar, config) => {
      const step = signals.advance(state.inner, bar, config)
      if (at.has(bar.ts)) {
        const saved: JsonValue = JSON.parse(JSON.stringify(signals.save(state.inner)))
        state.inner = signals.restore(saved)
      }
      return step
    },
    save: (state) => signals.save(state.inner),
    restore: (saved) => ({ inner: signals.restore(saved) }),
  }
  return {
    ...models,
    signals: restoring as SignalModel,
    planner: {
      plan: (input) => {
        if (input.signals !== null && at.has(input.signals.ts)) planner.plan(structuredClone(input))
        return planner.plan(input)
      },
    },
  }
}
