import { join } from 'node:path';
import type { Reading } from './reading.ts';

/** Where rules come from, and what holds for all of them. */
export function readRules(reading: Reading): void {
  const type = reading.text('CONFIG_TYPE');
  if (type === 'GRPC_XDS_SOTW') reading.set('CONFIG_TYPE', 'ratelimit.source', 'xds');
  else if (type === 'FILE') reading.set('CONFIG_TYPE', 'ratelimit.source', 'files');
  else if (type !== undefined) reading.wrong('CONFIG_TYPE', 'expected FILE or GRPC_XDS_SOTW');
  readRuntime(reading);

  const flags = {
    FORCE_START_WITHOUT_INITIAL_CONFIG: 'ratelimit.startWithoutRules',
    HEALTHY_WITH_AT_LEAST_ONE_CONFIG_LOADED: 'ratelimit.health.requireRules',
    REDIS_HEALTH_CHECK_ACTIVE_CONNECTION: 'ratelimit.health.requireStore',
    MERGE_DOMAIN_CONFIG: 'ratelimit.mergeDomains',
    SHADOW_MODE: 'ratelimit.shadowMode',
    QUOTA_MODE: 'ratelimit.quotaMode',
    RESPONSE_DYNAMIC_METADATA: 'ratelimit.dynamicMetadata',
    LIMIT_RESPONSE_HEADERS_ENABLED: 'ratelimit.responseHeaders.enabled',
  };
  for (const [name, path] of Object.entries(flags)) reading.set(name, path, reading.flag(name));
  const texts = {
    LIMIT_LIMIT_HEADER: 'ratelimit.responseHeaders.limit',
    LIMIT_REMAINING_HEADER: 'ratelimit.responseHeaders.remaining',
    LIMIT_RESET_HEADER: 'ratelimit.responseHeaders.reset',
    CACHE_KEY_PREFIX: 'redis.keyPrefix',
  };
  for (const [name, path] of Object.entries(texts)) reading.set(name, path, reading.text(name));
  reading.set('NEAR_LIMIT_RATIO', 'ratelimit.nearLimitRatio', reading.number('NEAR_LIMIT_RATIO'));
  const jitter = reading.number('EXPIRATION_JITTER_MAX_SECONDS');
  reading.set('EXPIRATION_JITTER_MAX_SECONDS', 'ratelimit.expirationJitter', jitter && `${jitter}s`);
  const cache = reading.number('LOCAL_CACHE_SIZE_IN_BYTES');
  reading.set('LOCAL_CACHE_SIZE_IN_BYTES', 'ratelimit.localCache', cache && `${cache}B`);
  if (reading.flag('STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT')) {
    reading.set('STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT', 'ratelimit.denied', 'free');
  }
}

/** The folder of rule files: RUNTIME_ROOT/RUNTIME_SUBDIRECTORY/RUNTIME_APPDIRECTORY. */
function readRuntime(reading: Reading): void {
  const root = reading.text('RUNTIME_ROOT');
  const subdirectory = reading.text('RUNTIME_SUBDIRECTORY');
  const app = reading.text('RUNTIME_APPDIRECTORY');
  if (root === undefined && subdirectory === undefined && app === undefined) return;
  const folder = join(root ?? '/srv/runtime_data/current', subdirectory ?? '', app ?? 'config');
  reading.set('RUNTIME_ROOT', 'ratelimit.files', [folder]);
}
