import { pino } from 'pino';
import type { LogFields } from './fields.ts';
import { loggedError } from './logged-error.ts';

type Write = (fields: LogFields, message: string) => void;

/** One JSON line an event, with the field names of fields.ts and nothing else. */
export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

/**
 * A logger that writes JSON lines.
 * @param component the role or part that speaks, such as `authz`
 * @param level the least severe level that is written
 * @param output takes each line; standard output when absent
 */
export function createLogger(
  component: string,
  level: 'debug' | 'info' | 'warn' | 'error',
  output?: { write(line: string): void },
): Logger {
  return pino(
    {
      level,
      base: { component },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
    },
    output ?? standardOutput(),
  );
}

/** A line that cannot be written, as on a full disk, is lost; the role goes on. */
function standardOutput() {
  const destination = pino.destination({ dest: 1, sync: true });
  destination.on('error', () => {});
  return destination;
}

/** For tests and tools that have nowhere to log to. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
