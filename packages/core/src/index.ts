export * from './amounts/decimal-string.ts'
export * from './contract/index.ts'
export * from './market/bar.ts'
