import { startSimulator } from '../../src/simulator/index.ts'

// A simulator in a process of its own, for tests that kill it. Prints its port once it listens.
const [state = ''] = process.argv.slice(2)
const simulator = await startSimulator({ state, limits: 'off', fund: 'first-sight' })
process.stdout.write(`${simulator.port}\n`)
