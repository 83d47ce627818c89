export { createFailureLog, type FailureLog } from './failure-log.ts';
export type { LogFields } from './fields.ts';
export { createLogger, type Logger, silentLogger } from './log.ts';
