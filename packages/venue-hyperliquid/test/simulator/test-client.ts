import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ActionValue, PrivateKeySigner, UserSignedType } from '../../src/signing/index.ts'
import { l1ActionDigest, privateKeySigner, signatureFromBytes, userSignedDigest } from '../../src/signing/index.ts'
import type { Simulator } from '../../src/simulator/index.ts'

/** JSON of the venue, whose shape is what the tests are about: they read what they expect and fail when it is not there. */
export type Loose = ReturnType<typeof JSON.parse>

/** A clock that stands still at a known moment: with a seed it makes everything that a test sees repeatable. */
export const STANDING = { speed: 0, anchorMs: 1_795_366_830_000 } as const

export type Action = { readonly [key: string]: ActionValue }

/** What a test may bend in a request. */
export interface RequestBend {
  readonly nonce?: number
  readonly isMainnet?: boolean
  readonly vaultAddress?: string
  readonly expiresAfter?: number
  /** Sent instead of the action that was signed. */
  readonly sent?: unknown
}

/** A plain client of the venue's REST, with a key of its own. */
export class TestClient {
  readonly simulator: Simulator
  readonly signer: PrivateKeySigner
  #nonce = 0

  constructor(simulator: Simulator, key: Uint8Array = randomBytes(32)) {
    this.simulator = simulator
    this.signer = privateKeySigner(key)
  }

  get address(): string {
    return this.signer.address
  }

  nonce(): number {
    this.#nonce = Math.max(this.#nonce + 1, this.simulator.clock.now())
    return this.#nonce
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(this.simulator.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  async info(query: Record<string, unknown>): Promise<Loose> {
    return await (await this.post('/info', query)).json()
  }

  signed(action: Action, bend: RequestBend = {}): Record<string, unknown> {
    const { isMainnet = true, vaultAddress, expiresAfter, sent = action } = bend
    const nonce = bend.nonce ?? this.nonce()
    const digest = l1ActionDigest(action, { nonce, vaultAddress, expiresAfter, isMainnet })
    const signature = signatureFromBytes(this.signer.sign(digest))
    return {
      action: sent,
      nonce,
      signature,
      vaultAddress: vaultAddress ?? null,
      ...(expiresAfter ? { expiresAfter } : {}),
    }
  }

  async exchange(action: Action, bend: RequestBend = {}): Promise<Loose> {
    return await (await this.post('/exchange', this.signed(action, bend))).json()
  }

  /** Signs an action field by field, as wallets do. */
  async userSigned(action: Record<string, unknown>, type: UserSignedType): Promise<Loose> {
    const nonce = Number(action.nonce ?? action.time)
    const full = { signatureChainId: '0x66eee', hyperliquidChain: 'Mainnet', ...action }
    const signature = signatureFromBytes(this.signer.sign(userSignedDigest(full, type)))
    return await (await this.post('/exchange', { action: full, nonce, signature })).json()
  }

  /** One order; IOC through the book unless told otherwise. Returns its status. */
  async order(wish: OrderWish, bend: RequestBend = {}): Promise<Loose> {
    const answer = await this.exchange(await this.orderAction(wish), bend)
    return answer.status === 'ok' ? answer.response.data.statuses[0] : answer
  }

  async orderAction({ asset = 0, buy = true, px, size = '0.01', tif = 'Ioc', ...rest }: OrderWish): Promise<Action> {
    const p = px ?? String(Math.round((await this.price(asset)) * (buy ? 1.03 : 0.97)))
    const order = { a: asset, b: buy, p, s: size, r: rest.reduceOnly ?? false, t: { limit: { tif } }, c: rest.cloid }
    return { type: 'order', orders: [order], grouping: 'na' }
  }

  async price(asset: number): Promise<number> {
    const { universe } = await this.info({ type: 'meta' })
    const mids = await this.info({ type: 'allMids' })
    return Number(mids[universe[asset].name])
  }
}

export interface OrderWish {
  readonly asset?: number
  readonly buy?: boolean
  readonly px?: string
  readonly size?: string
  readonly tif?: string
  readonly reduceOnly?: boolean
  readonly cloid?: string
}

/** A socket that remembers what it was sent. */
export class TestSocket {
  readonly socket: WebSocket
  readonly frames: Loose[] = []
  readonly raw: string[] = []
  readonly closed: Promise<number>
  readonly #waiting = new Set<() => void>()

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8')
      this.raw.push(text)
      try {
        this.frames.push(JSON.parse(text))
      } catch {
        // Half a frame is no JSON: it stands in `raw`.
      }
      for (const wake of this.#waiting) wake()
    })
  }

  static async open(simulator: Simulator): Promise<TestSocket> {
    const made = new TestSocket(new WebSocket(simulator.wsUrl))
    await once(made.socket, 'open')
    return made
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Subscribes and waits for the acknowledgement. */
  async subscribe(subscription: Record<string, unknown>): Promise<Loose> {
    const before = this.on('subscriptionResponse').length
    this.send({ method: 'subscribe', subscription })
    await this.until(() => this.on('subscriptionResponse').length > before)
    return this.on('subscriptionResponse')[before]
  }

  /** Data of the frames of a channel. */
  on(channel: string): Loose[] {
    return this.frames.filter((frame) => frame.channel === channel).map((frame) => frame.data)
  }

  /** Waits for frames, without sleeping. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake)
          resolve()
        }
        this.#waiting.add(wake)
      })
    }
  }

  /** Everything that was sent so far has arrived when the pong to this ping has. */
  async settle(): Promise<void> {
    const before = this.on('pong').length
    this.send({ method: 'ping' })
    await this.until(() => this.on('pong').length > before)
  }
}
