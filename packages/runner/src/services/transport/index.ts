export type { Transport } from './connect.ts'
export { createTransport } from './connect.ts'
