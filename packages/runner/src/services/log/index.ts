export type { LogLevel, RunnerLogger } from './create-logger.ts'
export { createLogger } from './create-logger.ts'
export { redact } from './redact.ts'
export { redactText } from './secret-text.ts'
