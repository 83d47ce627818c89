import { homedir } from 'node:os';
import { join } from 'node:path';

/** The version that `make jaeger` builds: the newest that Go's module proxy has under this name. */
export const JAEGER = {
  module: 'github.com/jaegertracing/jaeger',
  version: 'v1.76.0',
  /** Of the module's contents, as Go's checksum database has it. */
  sum: 'h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=',
} as const;

/** Where `make jaeger` puts it: outside the checkout, because it takes ten minutes to build. */
export function jaegerPath(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'gatehouse/jaeger', JAEGER.version.slice(1), 'jaeger');
}
