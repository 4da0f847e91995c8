import type { Instrument, Logger } from '@portolan/core'
import { z } from 'zod'
import { detailsOf } from '../instruments/perp-instrument.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { InfoClient } from '../rest/info-client.ts'
import type { ActionSigner } from './action-signer.ts'
import type { ExchangeAnswer, ExchangeClient } from './exchange-client.ts'
import { leverageAction } from './order-action.ts'

export interface LeverageParts {
  readonly options: HyperliquidOptions
  readonly signer: ActionSigner
  readonly exchange: ExchangeClient
  readonly info: InfoClient
  readonly logger: Logger
  /** Of the account; throws while there is none. */
  readonly account: () => string
}

/** What the venue said when it did not set it; `null` when all is set. */
type Obstacle = Exclude<ExchangeAnswer, { kind: 'ok' }> | null

interface Setting {
  readonly leverage: number
  readonly isCross: boolean
}

/** Of the answer, what is read. */
export const activeAssetShape = z.object({
  leverage: z.object({ type: z.enum(['cross', 'isolated']), value: z.number().int().positive() }),
})

/** Sets leverage and margin mode of an instrument, once per process: it stays at the venue until it is changed. Never more than the config's cap. */
export class LeverageSetting {
  readonly #parts: LeverageParts
  readonly #done = new Set<string>()
  /** Orders that come at the same time wait for one and the same answer. */
  readonly #asking = new Map<string, Promise<Obstacle>>()

  constructor(parts: LeverageParts) {
    this.#parts = parts
  }

  /** @throws {VenueError} when what the venue has set cannot be asked. */
  async ensure(instrument: Instrument, signal: AbortSignal): Promise<Obstacle> {
    const { leverage, maxLeverage, marginMode } = this.#parts.options
    if ((leverage ?? maxLeverage ?? marginMode) === undefined || this.#done.has(instrument.id)) return null
    const known = this.#asking.get(instrument.id)
    if (known !== undefined) return known
    const asked = this.#set(instrument, signal).finally(() => this.#asking.delete(instrument.id))
    this.#asking.set(instrument.id, asked)
    return asked
  }

  async #set(instrument: Instrument, signal: AbortSignal): Promise<Obstacle> {
    const { exchange, signer } = this.#parts
    const { asset } = detailsOf(instrument)
    const wanted = await this.#wanted(instrument, signal)
    if (asset !== null && wanted !== null) {
      await exchange.turn('other', 'normal', signal)
      const { body } = await signer.sign(leverageAction(asset, wanted.isCross, wanted.leverage))
      const answer = await exchange.send(body, signal)
      if (answer.kind !== 'ok') return answer
    }
    this.#done.add(instrument.id)
    return null
  }

  /** `null` when what is set may stay. */
  async #wanted(instrument: Instrument, signal: AbortSignal): Promise<Setting | null> {
    const { options, info, account, logger } = this.#parts
    const { onlyIsolated } = detailsOf(instrument)
    const most = Math.min(options.maxLeverage ?? Number.POSITIVE_INFINITY, instrument.sizing.maxLeverage)
    if (options.marginMode === 'cross' && onlyIsolated) {
      logger.info('the instrument allows isolated margin only', { instrument: instrument.id })
    }
    if (options.leverage === undefined) {
      const request = { type: 'activeAssetData', user: account(), coin: instrument.id } as const
      const { leverage: set } = await info.ask(request, activeAssetShape, { signal })
      const isCross = (options.marginMode ?? set.type) === 'cross' && !onlyIsolated
      const isRight = set.value <= most && (options.marginMode === undefined || isCross === (set.type === 'cross'))
      return isRight ? null : { leverage: Math.min(set.value, most), isCross }
    }
    if (options.leverage > most) {
      const { id } = instrument
      logger.warn('the instrument allows less leverage than the config asks for', { instrument: id, set: most })
    }
    return { leverage: Math.min(options.leverage, most), isCross: options.marginMode !== 'isolated' && !onlyIsolated }
  }
}
