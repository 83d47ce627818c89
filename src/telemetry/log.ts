import { pino } from 'pino';
import type { LogComponent } from '../config/index.ts';
import type { LogFields } from './fields.ts';
import type { LogLevels } from './levels.ts';
import { loggedError } from './logged-error.ts';

type Write = (fields: LogFields, message: string) => void;

/** One JSON line an event, with the field names of fields.ts and nothing else. */
export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** The same, with these fields on each line: made once for a request or a job. */
  child(fields: LogFields): Logger;
  /** The same for another component, whose level counts then. */
  of(component: LogComponent): Logger;
}

export interface LoggerOptions {
  component: LogComponent;
  /** What this process serves, such as `api+worker`. */
  role: string;
  levels: LogLevels;
  /** Takes each line; standard output when absent. */
  output?: { write(line: string): void };
}

/** A logger that writes JSON lines. */
export function createLogger({ component, role, levels, output }: LoggerOptions): Logger {
  const root = pino(
    {
      // What is left out is for levels to say, which may change.
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
    },
    output ?? standardOutput(),
  );
  return bind(root, levels, component, { role });
}

function bind(root: pino.Logger, levels: LogLevels, component: LogComponent, fields: LogFields): Logger {
  // Most requests log nothing.
  let lines: pino.Logger | undefined;
  const writer =
    (level: 'debug' | 'info' | 'warn' | 'error'): Write =>
    (more, message) => {
      if (!levels.allows(component, level)) return;
      lines ??= root.child({ component, ...fields });
      lines[level](more, message);
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    child: (more) => bind(root, levels, component, { ...fields, ...more }),
    of: (other) => bind(root, levels, other, fields),
  };
}

/** A line that cannot be written, as on a full disk, is lost; the role goes on. */
function standardOutput() {
  const destination = pino.destination({ dest: 1, sync: true });
  destination.on('error', () => {});
  return destination;
}

/** For tests and tools that have nowhere to log to. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
  of: () => silentLogger,
};
