import { describe, expect, it } from 'vitest'
import { processConditions } from '../../src/discovery/process-conditions.ts'

describe('conditions of the process', () => {
  it.each<[string[], string, string[]]>([
    [[], '', []],
    [['--conditions=@portolan/source'], '', ['@portolan/source']],
    [['--conditions', 'a', '-C', 'b', '-C=c'], '', ['a', 'b', 'c']],
    [['--enable-source-maps'], '--conditions=x --max-old-space-size=100 -C "y"', ['x', 'y']],
  ])('%j with NODE_OPTIONS %j', (execArgv, nodeOptions, added) => {
    expect([...processConditions(execArgv, nodeOptions)]).toEqual(expect.arrayContaining(['node', 'import', ...added]))
    expect(processConditions(execArgv, nodeOptions).size).toBe(2 + added.length)
  })
})
