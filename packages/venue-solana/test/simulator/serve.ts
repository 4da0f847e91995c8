import { startSimulator } from '../../src/simulator/index.ts'

// A simulator in a process of its own, for tests that kill it. Prints its announcement once it listens.
const [stateFile = '', options = '{}'] = process.argv.slice(2)
const simulator = await startSimulator({
  options: { limits: 'off', slotMs: 20, ...(JSON.parse(options) as object) },
  stateFile: stateFile === '' ? null : stateFile,
})
process.stdout.write(`${JSON.stringify(simulator.announcement)}\n`)
