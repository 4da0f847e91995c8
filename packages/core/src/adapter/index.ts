export * from './feeds-by-instrument.ts'
export * from './refused-count.ts'
