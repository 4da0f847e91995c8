import type { ConfigIssue } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import type { RiskConfig } from '../risk/index.ts'

/** Limits of an entry that does not exist: a misspelt one would limit nothing. */
export function riskIssues({ venues: limited }: RiskConfig, venues: readonly DiscoveredVenue[]): ConfigIssue[] {
  const known = new Set(venues.flatMap(({ key, label }) => [key, `${key} ${label}`]))
  return Object.keys(limited).flatMap((entry) =>
    known.has(entry)
      ? []
      : [
          {
            path: `risk.venues["${entry}"]`,
            message: `no entry of the config trades there; there are ${[...known].map((name) => `"${name}"`).join(', ')}`,
          },
        ],
  )
}
