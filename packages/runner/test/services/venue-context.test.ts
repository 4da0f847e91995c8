import type { Clock, Connect } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import {
  BudgetRegistry,
  createLogger,
  createVenueContext,
  generateKey,
  holdKey,
  parseKeyText,
  VirtualClock,
} from '../../src/services/index.ts'

const clock: Clock = new VirtualClock()
const connect: Connect = () => ({ send() {}, close() {}, terminate() {} })
const lines: string[] = []
const logger = createLogger({ level: 'debug', pretty: false, stream: { write: (line) => void lines.push(line) } })
const signer = holdKey('ed25519', parseKeyText('ed25519', generateKey('ed25519'), 'a test'))
const budgets = new BudgetRegistry(clock)
const parts = {
  options: { url: 'x' },
  label: 'default',
  logger,
  signal: new AbortController().signal,
  clock,
  connect,
  signer,
  budget: budgets.budget.bind(budgets, 'acme'),
}

describe('the context of a venue', () => {
  it('gives the signer to an entry that executes and to no other', () => {
    const onEvent = (): void => {}
    expect(createVenueContext({ ...parts, roles: new Set(['data', 'execution']), onEvent }).signer).toBe(signer)
    expect(createVenueContext({ ...parts, roles: new Set(['data']), onEvent }).signer).toBeNull()
  })

  it('emits without ever throwing: what the receiver throws is logged', () => {
    const context = createVenueContext({
      ...parts,
      roles: new Set(['data']),
      onEvent() {
        throw new Error('receiver failed')
      },
    })
    expect(() => context.emit({ type: 'account-reconnected' })).not.toThrow()
    expect(lines.join('')).toContain('receiver failed')
  })

  it('cannot be changed by an adapter', () => {
    const context = createVenueContext({ ...parts, roles: new Set(['data']), onEvent() {} })
    expect(Object.isFrozen(context)).toBe(true)
  })
})
