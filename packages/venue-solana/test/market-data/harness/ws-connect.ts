import type { Connect } from '@portolan/core'
import { WebSocket } from 'ws'

/** Real WebSockets. */
export const wsConnect: Connect = (url, handlers) => {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.on('open', () => handlers.onOpen())
  socket.on('message', (data, isBinary) => {
    if (!isBinary) handlers.onMessage((data as Buffer).toString('utf8'))
  })
  // An error is followed by a close, which is what the contract tells of.
  socket.on('error', () => undefined)
  socket.on('close', (code, reason) => handlers.onClose(code, reason.toString('utf8')))
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('not open')
      socket.send(text)
    },
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  }
}
