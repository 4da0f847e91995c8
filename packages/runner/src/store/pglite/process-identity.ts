import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Tells a process from every other one, also from a later one with the same pid. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** When it started, in the words of the operating system; `null` where that cannot be learned. */
  readonly started: string | null
}

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) }
}

/** Whether a process of this host still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const started = startOf(identity.pid)
  return started === null || identity.started === null || started === identity.started
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // Field 22 of the stat line; the name before it, in parentheses, may hold anything. Ticks since boot, so the boot is part of it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
      return ticks === undefined ? null : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
    }
    if (process.platform === 'win32') return null
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } }).trim()
  } catch {
    return null
  }
}
