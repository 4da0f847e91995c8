import { describe, expect, expectTypeOf, it } from 'vitest'
import { ServiceContainer } from '../../src/container/index.ts'

interface Shared {
  readonly name: string
  readonly pool: { readonly id: number }
}
interface Own {
  readonly venue: string
  readonly greeting: string
}

describe('ServiceContainer', () => {
  it('hands out what was provided, by name and with its type', () => {
    const services = ServiceContainer.create<Shared>().provide('name', 'runner')
    expect(services.resolve('name')).toBe('runner')
    expectTypeOf(() => services.resolve('pool')).returns.toEqualTypeOf<{ readonly id: number }>()
  })

  it('makes a shared service once, whichever child asks for it first, and never from a child', () => {
    const services = ServiceContainer.create<Shared>().provide('name', 'runner')
    const seen: string[] = []
    services.provideLazily('pool', (own) => {
      seen.push(own.resolve('name'))
      return { id: seen.length }
    })
    const [a, b] = [services.child<{ readonly name: string }>(), services.child<Own>()]
    a.provide('name', 'child')
    expect(b.resolve('pool')).toBe(a.resolve('pool'))
    expect(services.resolve('pool')).toEqual({ id: 1 })
    expect(seen).toEqual(['runner'])
  })

  it("keeps children apart: one venue's services never reach another", () => {
    const services = ServiceContainer.create<Shared>().provide('name', 'runner')
    const [a, b] = ['a', 'b'].map((venue) =>
      services
        .child<Own>()
        .provide('venue', venue)
        .provideLazily('greeting', (own) => `${own.resolve('name')} greets ${own.resolve('venue')}`),
    )
    expect([a?.resolve('greeting'), b?.resolve('greeting')]).toEqual(['runner greets a', 'runner greets b'])
  })

  it('keeps two runners in one process apart', () => {
    const one = ServiceContainer.create<Shared>().provide('name', 'one')
    const two = ServiceContainer.create<Shared>()
    expect(one.resolve('name')).toBe('one')
    expect(() => two.resolve('name')).toThrow('No service "name" has been provided')
  })

  it('knows a service that is null from one that was never provided', () => {
    const services = ServiceContainer.create<{ readonly signer: null }>()
    expect(() => services.resolve('signer')).toThrow('No service "signer"')
    expect(services.provide('signer', null).resolve('signer')).toBeNull()
  })

  it('refuses a second service of one name instead of silently preferring it', () => {
    const services = ServiceContainer.create<Shared>().provide('name', 'one')
    expect(() => services.provide('name', 'two')).toThrow('provided already')
    expect(() => services.provideLazily('name', () => 'two')).toThrow('provided already')
  })
})
