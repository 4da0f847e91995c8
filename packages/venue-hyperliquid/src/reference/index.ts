export * from './base-fees.ts'
export * from './margin-tables.ts'
export * from './perp-universe.ts'
