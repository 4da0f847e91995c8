import type { SimulatorDefinition, VenueDefinition } from '@portolan/core'
import { CONTRACT_VERSION, isSimulatorDefinition, isVenueDefinition, OLDEST_CONTRACT_VERSION } from '@portolan/core'
import { schemaIssues } from '../config/schema-issues.ts'
import { capabilitiesSchema, definitionSchema, simulatorSchema } from './definition-schema.ts'
import { describeRunner } from './package-info.ts'

/** Whether something is what a package should export: the definition, or all that is wrong with it. */
export type Checked<Definition> =
  | { readonly definition: Definition }
  | { readonly definition: null; readonly problems: readonly string[] }

/** @param from names the package in messages. */
export function checkVenueDefinition(value: unknown, from: string): Checked<VenueDefinition> {
  if (!isVenueDefinition(value)) {
    return refuse(`${from} is no venue: its default export should be what defineVenue({...}) of @portolan/core returns`)
  }
  const contract = contractProblem(value.contract, from)
  if (contract !== null) return refuse(contract)
  const shape = definitionSchema.safeParse(value, { reportInput: true })
  if (shape.success) return { definition: value }
  return refuse(
    ...schemaIssues(shape.error, definitionSchema).map(
      ({ path, message }) => `${from}: its definition's ${path}: ${message}`,
    ),
  )
}

/** @param from names the package in messages. */
export function checkSimulatorDefinition(value: unknown, from: string): Checked<SimulatorDefinition> {
  if (!isSimulatorDefinition(value)) {
    return refuse(
      `${from} is no simulator: its default export should be what defineSimulator({...}) of @portolan/core returns`,
    )
  }
  const contract = contractProblem(value.contract, from)
  if (contract !== null) return refuse(contract)
  const shape = simulatorSchema.safeParse(value, { reportInput: true })
  if (shape.success) return { definition: value }
  return refuse(
    ...schemaIssues(shape.error, simulatorSchema).map(
      ({ path, message }) => `${from}: its definition's ${path}: ${message}`,
    ),
  )
}

/** Names of declared capabilities that this runner does not know. */
export function unknownCapabilities(definition: VenueDefinition): readonly string[] {
  return Object.keys(definition.capabilities).filter((name) => !Object.hasOwn(capabilitiesSchema.shape, name))
}

function contractProblem(contract: unknown, from: string): string | null {
  if (typeof contract !== 'number' || !Number.isInteger(contract)) {
    return `${from} does not say which contract it was written against: expected an integer as \`contract\`, got ${JSON.stringify(contract)}`
  }
  if (contract >= OLDEST_CONTRACT_VERSION && contract <= CONTRACT_VERSION) return null
  const remedy =
    contract > CONTRACT_VERSION
      ? 'update the runner, or install an older version of the package'
      : 'install a newer version of the package'
  return `${from} was written against contract ${contract}, but ${describeRunner()} serves contracts ${OLDEST_CONTRACT_VERSION} to ${CONTRACT_VERSION}: ${remedy}`
}

function refuse(...problems: readonly string[]): { readonly definition: null; readonly problems: readonly string[] } {
  return { definition: null, problems }
}
