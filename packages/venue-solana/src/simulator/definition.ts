import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defineSimulator } from '@portolan/core'
import { SIMULATOR_OPTIONS } from './options.ts'
import { startSimulator } from './start-simulator.ts'

/** The simulated venue as the runner starts it. */
export const solanaSimulator = defineSimulator({
  name: 'solana',
  contract: 1,
  options: SIMULATOR_OPTIONS,
  async start({ options, port, time, stateDirectory }) {
    if (stateDirectory !== null) await mkdir(stateDirectory, { recursive: true })
    const stateFile = stateDirectory === null ? null : join(stateDirectory, 'solana-simulator.jsonl')
    const simulator = await startSimulator({ options, port, time, stateFile })
    return {
      announcement: { ...simulator.announcement, port: simulator.port, speed: time.speed },
      venueOptions: simulator.venueOptions,
      time: simulator.clock.time,
      [Symbol.asyncDispose]: () => simulator.close(),
    }
  },
})
