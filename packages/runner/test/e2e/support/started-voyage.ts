import { copyFileSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from '@portolan/venue-hyperliquid/simulator'
import { startSimulator } from '@portolan/venue-hyperliquid/simulator'
import type { ConfigInput } from '../../../src/config/index.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { BUSY_PM, HYPERLIQUID, minutePositions, TOKENS, writeConfig } from './busy-config.ts'
import type { VenueSide } from './ledger-check.ts'
import { RunnerProcess } from './runner-process.ts'
import type { FaultSwitch, Voyage } from './voyage.ts'

/** `portolan start`: the simulator lives and dies with the runner, and keeps its state on disk as the runner keeps its books. */
export class StartedVoyage implements Voyage {
  readonly proxy = null
  readonly #seed: number
  readonly #folder = temporaryFolder()

  constructor(options: { readonly seed: number; readonly speed: number }) {
    const { seed, speed } = options
    this.#seed = seed
    const config: ConfigInput = {
      mode: 'live',
      venues: [
        {
          use: HYPERLIQUID,
          simulator: { speed, seed },
          options: { timing: { orderTtlMs: 5_000, expiryMarginMs: 300, requestMs: 2_000, reconnectMinMs: 100 } },
        },
      ],
      positions: minutePositions(TOKENS),
      pm: BUSY_PM,
      bars: { graceMs: 400 * speed, historyBars: 60 },
      log: { level: 'info', pretty: false },
    }
    writeConfig(this.#folder.path, config)
  }

  run(...args: readonly string[]): RunnerProcess {
    return new RunnerProcess(['start', '--plain', ...args], { folder: this.#folder.path })
  }

  faults(runner: RunnerProcess): FaultSwitch {
    const url = /"url":"(http:[^"]+)"/.exec(runner.stderr)?.[1]
    // It may be killed before it is told, or while it is.
    const tell = (path: string, method: 'POST' | 'DELETE', body?: Fault): void => {
      if (url === undefined || !runner.isRunning) return
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      fetch(`${url}/simulator/${path}`, init).catch(() => undefined)
    }
    return {
      add: (fault) => tell('faults', 'POST', fault),
      clear: () => tell('faults', 'DELETE'),
      dropSockets: () => tell('drop-sockets', 'POST'),
    }
  }

  openStore(): Promise<Store> {
    const directory = join(this.#folder.path, '.portolan', 'db')
    return openStore({ kind: 'pglite', directory }, { now: Date.now })
  }

  /** From a copy of what the simulator kept, so that looking changes nothing. */
  async venueSide(): Promise<VenueSide> {
    const [saved] = globSync('.portolan/simulators/*/hyperliquid-simulator.json', { cwd: this.#folder.path })
    if (saved === undefined) return { posted: [], executions: [] }
    const state = join(this.#folder.path, 'copy.json')
    copyFileSync(join(this.#folder.path, saved), state)
    await using simulator = await startSimulator({ seed: this.#seed, state, clock: { speed: 0 } })
    return { posted: [], executions: simulator.executions() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#folder.remove()
  }
}
