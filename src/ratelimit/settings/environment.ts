import { ConfigError, type ConfigIssue, type PortedSettings } from '../../config/index.ts';
import { readListen } from './read-listen.ts';
import { readRedis } from './read-redis.ts';
import { readRules } from './read-rules.ts';
import { readXds } from './read-xds.ts';
import { Reading } from './reading.ts';
import { SETTINGS } from './table.ts';

export interface RatelimitEnvironment {
  ported: PortedSettings;
  /** Settings that are there and have no effect, with what there is in their place. */
  disregarded: { name: string; reason: string }[];
}

/**
 * Names that nothing else has. The others, such as PORT, are read only beside one of them: whoever sets PORT alone does
 * not mean this service.
 */
const UNMISTAKABLE =
  /^(RUNTIME_(ROOT|SUBDIRECTORY|APPDIRECTORY)|CONFIG_TYPE|CONFIG_GRPC_XDS_\w+|REDIS_SOCKET_TYPE)$/;

/**
 * The environment settings of envoyproxy/ratelimit as values of our configuration, so that what starts it can start
 * `gatehouse serve ratelimit`. They go over the configuration file, and GATEHOUSE_* and --set over them.
 * @returns undefined where the environment is not one of envoyproxy/ratelimit
 * @throws ConfigError that names every setting that cannot be used
 */
export function ratelimitEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): RatelimitEnvironment | undefined {
  if (!Object.keys(env).some((name) => UNMISTAKABLE.test(name) && env[name])) return undefined;
  const reading = new Reading(env);
  for (const read of [readListen, readRules, readXds, readRedis, readLogLevel]) read(reading);
  if (reading.issues.length > 0) throw new ConfigError(reading.issues.toSorted(byName));
  return { ported: reading.ported, disregarded: disregarded(env) };
}

function byName(a: ConfigIssue, b: ConfigIssue): number {
  return a.where.localeCompare(b.where);
}

const LOG_LEVELS: Readonly<Record<string, string>> = {
  panic: 'error',
  fatal: 'error',
  error: 'error',
  warn: 'warn',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
  trace: 'debug',
};

function readLogLevel(reading: Reading): void {
  const level = reading.text('LOG_LEVEL')?.toLowerCase();
  if (level === undefined) return;
  if (!Object.hasOwn(LOG_LEVELS, level))
    reading.wrong('LOG_LEVEL', `expected one of ${Object.keys(LOG_LEVELS).join(', ')}`);
  else reading.set('LOG_LEVEL', 'telemetry.logs.level', LOG_LEVELS[level]);
}

function disregarded(env: Readonly<Record<string, string | undefined>>) {
  return SETTINGS.filter(
    ({ name, fate, default: fallback }) => fate !== 'honoured' && env[name] && env[name] !== fallback,
  ).map(({ name, by }) => ({ name, reason: by }));
}
