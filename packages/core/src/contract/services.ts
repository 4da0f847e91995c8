/** What the runner lends to adapters: time, connections, signatures, budgets, a log. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** The only time an adapter knows. In a backtest it is the data's, against an accelerated simulator it runs faster. All in ms. */
export interface Clock {
  now(): number
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls once; disposing cancels. */
  after(ms: number, run: () => void): Disposable
  /** Calls again and again; disposing cancels. */
  every(ms: number, run: () => void): Disposable
}

export interface ConnectionHandlers {
  onOpen(): void
  /** One text frame. */
  onMessage(text: string): void
  /** The connection is gone, for whatever reason; called once, also when it never opened. 1006 = without a close frame. */
  onClose(code: number, reason: string): void
}

export interface Connection {
  /** @throws when the connection is not open: nothing was sent. */
  send(text: string): void
  /** Asks for an orderly end. */
  close(): void
  /** Ends it now. */
  terminate(): void
}

/** Opens a WebSocket; never throws for network reasons, which come through `onClose`. */
export type Connect = (url: string, handlers: ConnectionHandlers) => Connection

/** `secp256k1` signs a 32-byte digest, `ed25519` a message. */
export type SignatureScheme = 'secp256k1' | 'ed25519'

export interface Signature {
  /** 64 bytes: r then s (low-S) for secp256k1, the signature for ed25519. */
  readonly bytes: Uint8Array
  /** Recovery bit for secp256k1, else `null`. */
  readonly recovery: 0 | 1 | null
}

/** Signs; the key stays with the runner. */
export interface Signer {
  readonly scheme: SignatureScheme
  /** Uncompressed 65 bytes for secp256k1, 32 bytes for ed25519. */
  readonly publicKey: Uint8Array
  /** @throws when the scheme is secp256k1 and the input is not 32 bytes. */
  sign(bytes: Uint8Array): Promise<Signature>
}

export interface RateBudgetSpec {
  /** Unique within the venue, e.g. `rest-weight`. */
  readonly name: string
  /** Units available at the start and at most within any window. */
  readonly capacity: number
  /** Length of the sliding window, ms. `null`: what is taken stays taken until it is released, e.g. a count of what is open at once. */
  readonly windowMs: number | null
  /** Units that only `exit` priority may use. */
  readonly reserve: number
}

export interface RateBudget {
  readonly spec: RateBudgetSpec
  /** Takes at once or not at all. */
  tryTake(units: number, priority: 'exit' | 'normal'): boolean
  /** Waits for its turn; exits go before the rest. Rejects when aborted or when the units can never be had. */
  take(units: number, priority: 'exit' | 'normal', signal: AbortSignal): Promise<void>
  /** Gives back units of a budget without a window. One with a window ignores it: what was used there comes back by itself. */
  release(units: number): void
  /** Units that may be taken now with this priority. */
  available(priority: 'exit' | 'normal'): number
  /** Nothing is granted before this time (ms): the venue said so (Retry-After). */
  pauseUntil(at: number): void
}
