import type { Account, Execution, Instrument, InstrumentId, RateBudget, TradeGate, VenueContext } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { venueTimeShape } from '../account/account-shapes.ts'
import { AccountStream } from '../account/account-stream.ts'
import { HyperliquidAccount } from '../account/hyperliquid-account.ts'
import { resolveAccount } from '../account/resolve-account.ts'
import { ActionSigner } from '../execution/action-signer.ts'
import { AddressAllowance } from '../execution/address-allowance.ts'
import { AgentWatch } from '../execution/agent-watch.ts'
import { ExchangeClient } from '../execution/exchange-client.ts'
import { HyperliquidExecution } from '../execution/hyperliquid-execution.ts'
import { LeverageSetting } from '../execution/leverage-setting.ts'
import { OrderLookup } from '../execution/order-lookup.ts'
import { reasonOfText } from '../execution/reject-reason.ts'
import { VenueTime } from '../execution/venue-time.ts'
import type { Dex } from '../instruments/dex.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { HttpClient } from '../rest/http-client.ts'
import type { InfoClient } from '../rest/info-client.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'

/** By how much the time that the venue tells may be old when it is read. */
const STALE_TIME_MS = 2_000

export interface AccountSideParts {
  readonly context: VenueContext<HyperliquidOptions>
  readonly http: HttpClient
  readonly info: InfoClient
  /** Of REST requests. */
  readonly weight: RateBudget
  /** The live instrument, or `undefined`. */
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  /** That are traded, the venue's own among them; throws before they are known. */
  readonly dexes: () => readonly Dex[]
}

/** All of a venue that is about an account: who it is, what it may send, its orders, its reads and its stream. */
export class AccountSide {
  readonly execution: Execution
  readonly account: Account
  readonly #parts: AccountSideParts
  readonly #time: VenueTime
  readonly #allowance: AddressAllowance
  readonly #signer: ActionSigner | null
  #agent: AgentWatch | null = null
  #stream: AccountStream | null = null
  #address: string | null = null

  constructor(parts: AccountSideParts) {
    this.#parts = parts
    const { context, http, info, weight, instrument, dexes } = parts
    const { options, clock, logger, signer } = context
    const address = () => this.#accountAddress()
    this.#time = new VenueTime(clock, logger)
    this.#allowance = new AddressAllowance(clock, logger, options.limits.addressReserve)
    this.#signer = signer === null ? null : new ActionSigner(options, this.#time, signer)
    const exchange = new ExchangeClient({
      http,
      budget: weight,
      allowance: this.#allowance,
      slowDown: (reply) => info.slowDown(reply),
      onRefused: (message) => this.#refused(message),
    })
    const own = this.#signer
    this.account = new HyperliquidAccount({
      info,
      options,
      logger,
      address,
      dexes,
      time: this.#time,
    })
    this.execution = new HyperliquidExecution({
      options,
      clock,
      time: this.#time,
      exchange,
      lookup: new OrderLookup(info, this.#time, options.timing.expiryMarginMs),
      signing: own && {
        signer: own,
        leverage: new LeverageSetting({ options, signer: own, exchange, info, logger, account: address }),
      },
      instrument,
      account: address,
    })
  }

  /** Of the account; `null` while there is none. */
  get address(): string | null {
    return this.#address
  }

  /** Finds out whose account it is, whether the key may trade it, and listens to it. @throws {VenueError} */
  async start(socket: SocketParts, signal: AbortSignal): Promise<void> {
    const { context, info } = this.#parts
    const { options, clock, logger } = context
    const signer = this.#signer?.address ?? null
    const resolved = await resolveAccount(info, options, signer, { signal })
    if (resolved === null) return
    this.#address = resolved.account
    if (signer !== null) this.#agent = new AgentWatch({ info, clock, logger, signer, owner: resolved.owner })
    await this.#readStanding(signal)
    const emit: VenueContext<unknown>['emit'] = (event) => context.emit(event)
    this.#stream = new AccountStream({
      ...socket,
      address: resolved.account,
      dexes: options.dexes,
      time: this.#time,
      emit,
    })
    this.#stream.start()
  }

  /** Looks now and then at what the venue does not tell by itself. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#address === null) return
    if (this.#agent?.isDoubtful === true) await this.#attempt('the role of the key', this.#agent.recheck({ signal }))
    await this.#readStanding(signal)
  }

  /** The gate that the account asks for at a time (ms); `null` for none. */
  gate(at: number): TradeGate | null {
    return this.#agent?.gate(at) ?? this.#allowance.gate(at)
  }

  stop(): void {
    this.#stream?.stop()
  }

  #refused(message: string): void {
    this.#agent?.refused(message)
    if (reasonOfText(message) !== 'rate-limit' || this.#address === null) return
    const { context, info } = this.#parts
    const read = this.#allowance.read(info, this.#address, { signal: context.signal })
    void this.#attempt('the requests left', read)
  }

  /** The venue's time, what the account may still send, and how long its key is approved. */
  async #readStanding(signal: AbortSignal): Promise<void> {
    const { info } = this.#parts
    const user = this.#accountAddress()
    await Promise.all([
      this.#attempt(
        "the venue's time",
        info
          .ask({ type: 'clearinghouseState', user }, venueTimeShape, { signal })
          .then(({ time }) => this.#timeIs(time)),
      ),
      this.#attempt('the requests left', this.#allowance.read(info, user, { signal })),
      this.#agent === null ? null : this.#attempt('the expiry of the key', this.#agent.readExpiry({ signal })),
    ])
  }

  #timeIs(time: number): void {
    this.#time.observe(time)
    // No former process can have used a nonce above it, unless its clock was ahead.
    this.#signer?.sawNonce(time + STALE_TIME_MS)
  }

  /** What is good to know and not needed: a failure leaves what was known. */
  async #attempt(what: string, question: Promise<void>): Promise<void> {
    const { context } = this.#parts
    try {
      await question
    } catch (error) {
      if (!context.signal.aborted) context.logger.warn(`${what} could not be read`, { error })
    }
  }

  #accountAddress(): string {
    if (this.#address !== null) return this.#address
    throw new VenueError(
      'misconfigured',
      `entry "${this.#parts.context.label}" has no account: give it a key or name one in options.account`,
    )
  }
}
