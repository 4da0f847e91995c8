import type { ClosedTrade, Fill } from '@portolan/core'
import type { EngineOptions } from '../loop/engine-options.ts'
import type { BacktestListener } from '../report/backtest/backtest-step.ts'

type Reports = Required<Pick<EngineOptions, 'onStep' | 'onEvent' | 'onFill' | 'onTradeClosed'>>

/** Hands what the loop tells to the report of the position that it is about. */
export class PositionReports implements Reports {
  readonly #listeners = new Map<string, BacktestListener>()
  readonly #rules = new Map<string, string>()
  /** The loop tells of a fill and of a closed trade first as such, and at once again as an event that names the position. */
  #fill: Fill | null = null
  #trade: ClosedTrade | null = null

  add(positionId: string, listener: BacktestListener): void {
    this.#listeners.set(positionId, listener)
  }

  readonly onStep: Reports['onStep'] = ({ row }, { bar, step, scores, before }) => {
    this.#listeners.get(row.id)?.onStep({ bar, signals: step.signals, plan: step.plan, scores, position: before })
  }

  readonly onFill: Reports['onFill'] = (fill) => {
    this.#fill = fill
  }

  readonly onTradeClosed: Reports['onTradeClosed'] = (trade) => {
    this.#trade = trade
  }

  readonly onEvent: Reports['onEvent'] = (event) => {
    switch (event.type) {
      case 'intent': {
        const { rule, state, reason, intentId, position } = event
        this.#rules.set(intentId, rule)
        if (state !== 'planned' && state !== 'filled' && state !== 'partial') {
          this.#listeners.get(position.id)?.onUnfilled({ rule, state, reason })
        }
        return
      }
      case 'fill': {
        const { intentId, position } = event
        const rule = (intentId === null ? undefined : this.#rules.get(intentId)) ?? 'external'
        if (this.#fill !== null) this.#listeners.get(position.id)?.onFill({ fill: this.#fill, intentId, rule })
        this.#fill = null
        return
      }
      case 'trade-closed':
        if (this.#trade !== null) this.#listeners.get(event.position.id)?.onTradeClosed(this.#trade)
        this.#trade = null
        return
      case 'decision':
      case 'warning':
        return
    }
  }
}
