const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-11-22 17:40:05`, UTC. */
export function formatMoment(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '–'
}

/** `17:40`, UTC; with the day when it is another day than `now`. */
export function formatBarTime(ms: number, now: number): string {
  const moment = formatMoment(ms)
  if (moment === '–') return moment
  return Math.floor(ms / DAY) === Math.floor(now / DAY) ? moment.slice(11, 16) : moment.slice(5, 16)
}

/** `17:40:05`, UTC. */
export function formatTimeOfDay(ms: number): string {
  const moment = formatMoment(ms)
  return moment === '–' ? moment : moment.slice(11)
}

/** `3d 4h`, `2h 05m`, `4m 09s`, `12s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const whole = Math.max(0, ms)
  const days = Math.floor(whole / DAY)
  const hours = Math.floor((whole % DAY) / HOUR)
  const minutes = Math.floor((whole % HOUR) / MINUTE)
  const seconds = Math.floor((whole % MINUTE) / SECOND)
  if (days > 0) return `${days}d ${hours}h`
  if (hours > 0) return `${hours}h ${two(minutes)}m`
  return minutes > 0 ? `${minutes}m ${two(seconds)}s` : `${seconds}s`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function isTime(ms: number): boolean {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
}
