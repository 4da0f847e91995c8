import { VenueError } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { CommandError } from '../../src/cli/command-error.ts'
import { describeFailure } from '../../src/cli/failure.ts'
import { StoreError } from '../../src/store/store.ts'

describe('what is told of a failure', () => {
  it('is the message alone of errors that speak for themselves', () => {
    expect(describeFailure(new CommandError('no such thing'), false)).toBe('no such thing')
    expect(describeFailure(new VenueError('timeout', 'it took too long'), false)).toBe('it took too long')
    const store = new StoreError('unreachable', 'no database at db.example:5432', { cause: new Error('inner') })
    expect(describeFailure(store, false)).toBe('no database at db.example:5432')
  })

  it('is every message of several errors', () => {
    const both = new AggregateError([new CommandError('first'), new CommandError('second')])
    expect(describeFailure(both, false)).toBe('first\nsecond')
  })

  it('says of an unexpected error that there is more to see', () => {
    const text = describeFailure(new TypeError('x is not a function'), false)
    expect(text).toContain('x is not a function')
    expect(text).toContain('--debug')
    expect(text).not.toContain('    at ')
  })

  it('has the stack and the cause when asked for', () => {
    const text = describeFailure(new CommandError('outer', { cause: new Error('inner') }), true)
    expect(text).toContain('    at ')
    expect(text).toContain('caused by Error: inner')
  })

  it('never shows a password', () => {
    const error = new CommandError('cannot connect to postgres://me:hunter2@db.example/portolan')
    expect(describeFailure(error, false)).not.toContain('hunter2')
    expect(describeFailure(error, true)).not.toContain('hunter2')
  })
})
