export type { Transport, TransportOptions } from './connect.ts'
export { createTransport } from './connect.ts'
