import type { Connect, Connection, ConnectionHandlers, Logger } from '@portolan/core'
import { WebSocket } from 'ws'

export interface TransportOptions {
  readonly logger: Logger
  /** Largest message accepted, bytes. Default: 16 MiB. */
  readonly maxPayloadBytes?: number
  /** Wall time within which a connection must be open, ms. Default: 10 s. */
  readonly handshakeTimeoutMs?: number
}

/** Opens WebSockets for one venue and ends those that are left when it is disposed. */
export interface Transport extends Disposable {
  readonly connect: Connect
}

const ABNORMAL = 1006
const UNSUPPORTED_DATA = 1003

/**
 * {@link Connect} over `ws`. What a handler throws is logged and ends the connection: the adapter then reconnects and fills the gap, instead of
 * going on without a message that it never saw.
 */
export function createTransport(options: TransportOptions): Transport {
  const sockets = new Set<WebSocket>()
  let disposed = false
  return {
    connect(url, handlers) {
      const socket = disposed ? 'the venue has been stopped' : open(url, options)
      if (typeof socket === 'string') return deadConnection(socket, handlers, options.logger)
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return wire(socket, url, handlers, options.logger)
    },
    [Symbol.dispose]() {
      disposed = true
      for (const socket of sockets) socket.terminate()
    },
  }
}

/** The socket, or why there is none. */
function open(url: string, options: TransportOptions): WebSocket | string {
  try {
    return new WebSocket(url, {
      maxPayload: options.maxPayloadBytes ?? 16 * 1024 * 1024,
      handshakeTimeout: options.handshakeTimeoutMs ?? 10_000,
      perMessageDeflate: false,
      followRedirects: false,
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function wire(socket: WebSocket, url: string, handlers: ConnectionHandlers, logger: Logger): Connection {
  let failure = ''
  let forced: number | null = null
  const guard = (handler: () => void): void => {
    try {
      handler()
    } catch (error) {
      logger.error('An adapter failed on a message from its connection, which is ended', { url, error })
      socket.terminate()
    }
  }
  socket.on('open', () => guard(() => handlers.onOpen()))
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      failure = 'a binary frame came where text was expected'
      forced = UNSUPPORTED_DATA
      socket.terminate()
      return
    }
    // `ws` delivers Buffers unless its binaryType is changed.
    guard(() => handlers.onMessage((data as Buffer).toString('utf8')))
  })
  socket.on('error', (error) => {
    failure = error.message
  })
  socket.on('close', (code, reason) => {
    guard(() => handlers.onClose(forced ?? code, reason.toString() || failure))
  })
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN)
        throw new Error(`The connection to ${url} is not open: nothing was sent`)
      socket.send(text)
    },
    close() {
      socket.close()
    },
    terminate() {
      socket.terminate()
    },
  }
}

/** Stands for a connection that could not even be tried. It says so a moment later, as any other that fails. */
function deadConnection(reason: string, handlers: ConnectionHandlers, logger: Logger): Connection {
  queueMicrotask(() => {
    try {
      handlers.onClose(ABNORMAL, reason)
    } catch (error) {
      logger.error('An adapter failed on the end of its connection', { error })
    }
  })
  return {
    send() {
      throw new Error(`There is no connection: ${reason}`)
    },
    close() {},
    terminate() {},
  }
}
