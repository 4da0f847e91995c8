// tsyringe needs it, and needs it first. No other module imports either.
import 'reflect-metadata'
import type { DependencyContainer } from 'tsyringe'
import { container as globalContainer } from 'tsyringe'

/**
 * Wires services by name: `Services` says which names there are and what each stands for. A child sees what its parent has and adds its own.
 *
 * The container only wires. It owns no lifetime: whoever makes a service puts it on an `AsyncDisposableStack`. Adapters never see it.
 */
export class ServiceContainer<Services extends object> {
  readonly #container: DependencyContainer

  private constructor(container: DependencyContainer) {
    this.#container = container
  }

  /** A container of its own: nothing is registered globally, so that two runners in one process share nothing. */
  static create<Services extends object>(): ServiceContainer<Services> {
    return new ServiceContainer(globalContainer.createChildContainer())
  }

  /** A container below this one. */
  child<More extends object>(): ServiceContainer<Services & More> {
    return new ServiceContainer(this.#container.createChildContainer())
  }

  /** Registers a service that is ready. @throws when this container has one of that name. */
  provide<Name extends keyof Services & string>(name: Name, service: Services[Name]): this {
    // `useValue` would take a service that is null (no signer, say) for none at all.
    this.#container.register(this.#vacant(name), { useFactory: () => service })
    return this
  }

  /**
   * Registers a service that is made once, when it is first asked for, from the services of this container, whichever child asks.
   * @throws when this container has one of that name.
   */
  provideLazily<Name extends keyof Services & string>(
    name: Name,
    make: (services: ServiceContainer<Services>) => Services[Name],
  ): this {
    let made: { readonly service: Services[Name] } | null = null
    this.#container.register(this.#vacant(name), {
      useFactory: () => {
        made ??= { service: make(this) }
        return made.service
      },
    })
    return this
  }

  /** @throws when neither this container nor one above it has it. */
  resolve<Name extends keyof Services & string>(name: Name): Services[Name] {
    if (!this.#container.isRegistered(token(name), true)) throw new Error(`No service "${name}" has been provided`)
    return this.#container.resolve<Services[Name]>(token(name))
  }

  /** tsyringe would let the last registration win without a word. */
  #vacant(name: string): symbol {
    if (this.#container.isRegistered(token(name))) throw new Error(`The service "${name}" has been provided already`)
    return token(name)
  }
}

function token(name: string): symbol {
  return Symbol.for(`portolan.service.${name}`)
}
