import type { ConfigIssue } from '../../config/index.ts'
import { loadModels, parseConfig, readConfig } from '../../config/index.ts'
import type { DiscoveredVenue, SetupWarning } from '../../discovery/index.ts'
import { discoverVenues } from '../../discovery/index.ts'
import { planVenues } from '../../registry/plan-venues.ts'
import { venueNetwork } from '../../registry/venue-network.ts'
import type { KeySource } from '../../services/index.ts'
import type { Line } from '../../view/style.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { print, printJson } from '../terminal.ts'

export interface VenuesOptions {
  readonly config?: string
  readonly json?: boolean
}

/** Shows what the config finds, without connecting to anything: also what is wrong with it, so it fails only when there is no config to read. */
export async function listVenues(terminal: Terminal, options: VenuesOptions): Promise<void> {
  const file = await readConfig({
    cwd: terminal.cwd,
    ...(options.config === undefined ? {} : { path: options.config }),
  })
  const { config, entries, issues: mistakes } = parseConfig(file.value, file.directory)
  const discovery = await discoverVenues(entries, file.directory)
  const planned = config === null ? null : planVenues(discovery.venues, config, config.mode)
  const models = await loadModels(file.value, file.directory)
  const issues = [...mistakes, ...models.issues, ...discovery.issues, ...(planned?.issues ?? [])]
  const warnings = [...discovery.warnings, ...(planned?.warnings ?? [])]
  if (options.json === true) {
    printJson(terminal, { config: file.path, venues: discovery.venues.map(describe), problems: issues, warnings })
  } else {
    print(terminal, [
      [{ text: file.path, style: 'quiet' }],
      ...discovery.venues.flatMap((venue) => venueLines(venue)),
      ...problemLines(issues, warnings),
    ])
  }
  if (issues.length > 0) {
    throw new CommandError(`${file.path} has ${issues.length === 1 ? '1 problem' : `${issues.length} problems`}`)
  }
}

function describe(venue: DiscoveredVenue) {
  const { definition, entry, capabilities } = venue
  return {
    path: `venues[${venue.index}]`,
    name: definition.name,
    key: venue.key,
    label: venue.label,
    package: venue.package?.name ?? null,
    version: venue.package?.version ?? null,
    file: venue.package?.file ?? null,
    contract: definition.contract,
    network: networkText(venue),
    simulator: entry.simulator === null ? null : { speed: entry.simulator.speed },
    roles: [...venue.roles],
    keySource: entry.key === null ? null : keySourceText(entry.key),
    capabilities,
    instrumentsOffline: definition.offlineInstruments?.().length ?? 0,
  }
}

function venueLines(venue: DiscoveredVenue): readonly Line[] {
  const about = describe(venue)
  const { capabilities } = about
  const row = (name: string, text: string): Line => [{ text: `  ${name.padEnd(13)}`, style: 'quiet' }, { text }]
  const has = [
    capabilities.trades ? 'trades' : null,
    capabilities.cancel ? 'cancel' : null,
    capabilities.reduceOnly ? 'reduce-only' : null,
    capabilities.leverage ? 'leverage' : null,
    capabilities.simulator ? 'simulator' : null,
    capabilities.hours,
  ].filter((text) => text !== null)
  return [
    [],
    [
      { text: `${about.key} `, style: 'title' },
      { text: about.label === 'default' ? '' : `${about.label} `, style: 'strong' },
      { text: `(${about.path})`, style: 'quiet' },
    ],
    row('package', `${about.package ?? 'in the config'} ${about.version ?? ''}, contract ${about.contract}`),
    row('network', about.network),
    row('roles', about.roles.join(', ')),
    row('key', about.keySource ?? keyNeed(venue)),
    row('can', has.join(', ')),
    row('bars', capabilities.bars.length === 0 ? 'made from trades' : capabilities.bars.join(', ')),
    row('history', capabilities.history.length === 0 ? 'none' : capabilities.history.join(', ')),
    row('offline', `${about.instrumentsOffline} instruments known without a connection`),
  ]
}

function networkText({ definition, options, simulator }: DiscoveredVenue): string {
  if (simulator !== null) {
    const speed = simulator.speed === 1 ? '' : `, ${simulator.speed} times as fast as time`
    return `its own simulator${speed}`
  }
  if (options === null) return 'unknown'
  const { name, simulated } = venueNetwork(definition, options.value)
  return simulated ? `${name} (simulated)` : `${name} (a real market)`
}

function keyNeed({ capabilities, roles, simulator }: DiscoveredVenue): string {
  if (capabilities.signature === null || !roles.has('execution')) return 'none needed'
  return simulator === null
    ? `none: a ${capabilities.signature} key is needed to send orders`
    : 'made by `portolan start`'
}

function problemLines(issues: readonly ConfigIssue[], warnings: readonly SetupWarning[]): readonly Line[] {
  const lines = (style: 'bad' | 'warning', word: string, list: readonly ConfigIssue[]): readonly Line[] =>
    list.map(({ path, message }) => [
      { text: `${word}  `, style },
      { text: path === '' ? '' : `${path}: `, style: 'strong' },
      { text: message },
    ])
  const all = [...lines('bad', 'problem', issues), ...lines('warning', 'warning', warnings)]
  return all.length === 0 ? [[], [{ text: 'no problems', style: 'good' }]] : [[], ...all]
}

function keySourceText(key: KeySource): string {
  if ('env' in key) return `env ${key.env}`
  return 'file' in key ? `file ${key.file}` : 'remote signer'
}
