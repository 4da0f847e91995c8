import type { Venue, VenueRole } from '@portolan/core'
import type { RunnerServices, ServiceContainer, VenueServices } from '../container/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import { RunnerError } from '../runner-error.ts'
import { createVenueContext, VenueClock } from '../services/index.ts'
import { sendsOrders } from './entry-issues.ts'
import type { VenueHandle } from './venue-handle.ts'
import { venueNetwork } from './venue-network.ts'
import { venueSigner } from './venue-signer.ts'
import { within } from './within.ts'

/** How long, in wall time, a venue may take, ms. */
export interface VenueTimeouts {
  readonly start: number
  readonly stop: number
}

/** A venue that runs, and its end. */
export interface StartedVenue extends AsyncDisposable {
  readonly handle: VenueHandle
}

/**
 * Makes and starts the adapter of one entry, in a child container of its own. When it fails, everything that was made for it is disposed of again.
 * Disposing aborts its signal and then ends the adapter, its signer, its timers and its sockets, each of them even if one before it fails.
 * @param given up when this is aborted while it starts.
 */
export async function startVenue(
  runner: ServiceContainer<RunnerServices>,
  discovered: DiscoveredVenue,
  timeouts: VenueTimeouts,
  given: AbortSignal,
): Promise<StartedVenue> {
  const { name } = discovered.definition
  const stopped = new AbortController()
  await using stack = new AsyncDisposableStack()
  const services = await venueContainer(runner, discovered, stack, stopped.signal)
  const venue = services.resolve('venue')
  stack.defer(() => stopVenue(venue, name, timeouts.stop))
  stack.defer(() => stopped.abort(new Error(`${name} is being stopped`)))
  const missing = missingParts(venue, services.resolve('activeRoles'), discovered)
  if (missing.length > 0)
    throw new RunnerError('venue-unusable', `${name} declares what it does not have: ${missing.join(', ')}`)
  const signal = AbortSignal.any([services.resolve('venueSignal'), given])
  const late = (): Error => new Error(`it took longer than ${timeouts.start} ms`)
  await within(timeouts.start, venue.start(signal), late, signal)
  const owned = stack.move()
  return { handle: handleOf(services), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function stopVenue(venue: Venue, name: string, timeoutMs: number): Promise<void> {
  const late = (): Error => new Error(`${name} took longer than ${timeoutMs} ms to stop`)
  await within(timeoutMs, Promise.resolve(venue[Symbol.asyncDispose]()), late)
}

async function venueContainer(
  runner: ServiceContainer<RunnerServices>,
  discovered: DiscoveredVenue,
  stack: AsyncDisposableStack,
  stopped: AbortSignal,
): Promise<ServiceContainer<RunnerServices & VenueServices>> {
  const { definition, options, key, label, roles } = discovered
  if (options === null)
    throw new RunnerError('venue-unusable', `The simulator of venues[${discovered.index}] has not been started`)
  const mode = runner.resolve('mode')
  const network = venueNetwork(definition, options.value)
  const logger = runner.resolve('logger').child({ venue: definition.name, label })
  const transport = stack.use(runner.resolve('openTransport')({ logger }))
  const clock = stack.use(
    new VenueClock(runner.resolve('clock'), (error) => logger.error('A timer of the venue failed', { error })),
  )
  const signer = stack.use(await venueSigner(discovered, network, mode, runner.resolve('config')))
  const services = runner.child<VenueServices>()
  services
    .provide('discovered', discovered)
    .provide('ref', Object.freeze({ key, label, roles }))
    .provide('network', network)
    .provide('activeRoles', activeRoles(roles, sendsOrders(mode)))
    .provide('venueLogger', logger)
    .provide('venueClock', clock)
    .provide('venueSignal', AbortSignal.any([runner.resolve('signal'), stopped]))
    .provide('transport', transport)
    .provide('signer', signer)
    .provideLazily('context', (own) => {
      const ref = own.resolve('ref')
      const onEvent = own.resolve('onVenueEvent')
      const budgets = own.resolve('budgets')
      return createVenueContext({
        options: options.value,
        label,
        roles: own.resolve('activeRoles'),
        logger: own.resolve('venueLogger'),
        signal: own.resolve('venueSignal'),
        clock: own.resolve('venueClock'),
        connect: own.resolve('transport').connect,
        signer: own.resolve('signer'),
        budget: (spec) => budgets.budget(definition.name, spec),
        onEvent: (event) => onEvent(ref, event),
        fetch: own.resolve('fetch'),
      })
    })
    .provideLazily('venue', (own) => definition.create(own.resolve('context')))
  return services
}

/** Where fills are simulated the adapter's execution is never called, and so it gets no signer and need not log in. */
function activeRoles(roles: ReadonlySet<VenueRole>, isSending: boolean): ReadonlySet<VenueRole> {
  return new Set([...roles].filter((role) => role === 'data' || isSending))
}

function missingParts(venue: Venue, roles: ReadonlySet<VenueRole>, { capabilities }: DiscoveredVenue): string[] {
  const missing: string[] = []
  if (roles.has('data') && venue.marketData === undefined) missing.push('marketData (role data)')
  if (!roles.has('execution')) return missing
  if (venue.execution === undefined) missing.push('execution (role execution)')
  if (venue.account === undefined) missing.push('account (role execution)')
  if (capabilities.cancel && venue.execution !== undefined && venue.execution.cancel === undefined)
    missing.push('execution.cancel (capability cancel)')
  return missing
}

function handleOf(services: ServiceContainer<RunnerServices & VenueServices>): VenueHandle {
  const { definition, capabilities, entry, package: from } = services.resolve('discovered')
  return Object.freeze({
    ...services.resolve('ref'),
    definition,
    capabilities,
    network: services.resolve('network'),
    venue: services.resolve('venue'),
    entry,
    package: from,
  })
}
