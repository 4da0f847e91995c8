export * from './market/bar.ts'
