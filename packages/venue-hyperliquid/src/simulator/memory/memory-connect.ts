import type { Connect } from '@portolan/core'
import type { Simulation } from '../simulation.ts'
import type { OpenSocket } from '../websocket/socket-hub.ts'
import type { MemoryNetwork } from './memory-network.ts'

/** Opens sockets to a simulation in memory. */
export function memoryConnect(simulation: Simulation, network: MemoryNetwork, peer: string): Connect {
  return (_url, handlers) => {
    const toVenue = network.way()
    const toClient = network.way()
    let phase: 'opening' | 'open' | 'closed' = 'opening'
    let socket: OpenSocket | undefined
    const gone = (code: number, reason = '') => {
      if (phase === 'closed') return
      phase = 'closed'
      handlers.onClose(code, reason)
    }
    /** This side ends it: the venue hears of it, and so does the caller, later, as with a real socket. */
    const leave = (code: number) => {
      toVenue(() => {
        socket?.closed()
        socket = undefined
      })
      toClient(() => gone(code))
    }
    toVenue(() => {
      if (phase === 'closed') return
      if (network.isDown || simulation.refusal(peer) !== undefined) {
        toClient(() => gone(1006))
        return
      }
      let linked = true
      const end = (code: number, reason: string) => {
        linked = false
        opened.closed()
        toClient(() => gone(code, reason))
      }
      const opened = simulation.open(peer, {
        isOpen: () => linked,
        send: (text) =>
          toClient(() => {
            if (phase === 'open') handlers.onMessage(text)
          }),
        close: (code, reason) => end(code, reason),
        terminate: () => end(1006, ''),
      })
      socket = {
        receive: (text) => opened.receive(text),
        closed: () => {
          linked = false
          opened.closed()
        },
      }
      toClient(() => {
        if (phase !== 'opening') return
        phase = 'open'
        handlers.onOpen()
      })
    })
    return {
      send: (text) => {
        if (phase !== 'open') throw new Error('the socket is not open')
        toVenue(() => socket?.receive(text))
      },
      close: () => leave(1000),
      terminate: () => leave(1006),
    }
  }
}
