export { ScaledClock } from './scaled-clock.ts'
export { SystemClock } from './system-clock.ts'
export { VenueClock } from './venue-clock.ts'
export { VirtualClock } from './virtual-clock.ts'
