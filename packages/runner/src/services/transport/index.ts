export type { Transport } from './connect.ts'
export { createTransport } from './connect.ts'
export { createFetch } from './http-fetch.ts'
