import type { Instrument } from '@portolan/core'
import { detailsOf } from '../instruments/perp-instrument.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { ActionSigner } from './action-signer.ts'
import type { ExchangeAnswer, ExchangeClient } from './exchange-client.ts'
import { leverageAction } from './order-action.ts'

/** Sets the configured leverage on an instrument, once per process: it stays at the venue until it is changed. */
export class LeverageSetting {
  readonly #options: HyperliquidOptions
  readonly #signer: ActionSigner
  readonly #exchange: ExchangeClient
  readonly #done = new Set<string>()

  constructor(options: HyperliquidOptions, signer: ActionSigner, exchange: ExchangeClient) {
    this.#options = options
    this.#signer = signer
    this.#exchange = exchange
  }

  /** @returns what the venue said when it did not set it, `null` when all is set. */
  async ensure(instrument: Instrument, signal: AbortSignal): Promise<Exclude<ExchangeAnswer, { kind: 'ok' }> | null> {
    const { leverage, marginMode } = this.#options
    const { asset, onlyIsolated } = detailsOf(instrument)
    if (leverage === undefined || asset === null || this.#done.has(instrument.id)) return null
    const isCross = marginMode === 'cross' && !onlyIsolated
    const action = leverageAction(asset, isCross, Math.min(leverage, instrument.sizing.maxLeverage))
    await this.#exchange.turn('normal', signal)
    const { body } = await this.#signer.sign(action)
    const answer = await this.#exchange.send(body, signal)
    if (answer.kind !== 'ok') return answer
    this.#done.add(instrument.id)
    return null
  }
}
