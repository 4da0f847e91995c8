export type { RunnerServices, VenueServices } from './runner-services.ts'
export { createRunnerContainer } from './runner-services.ts'
export { ServiceContainer } from './service-container.ts'
