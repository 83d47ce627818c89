import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from './schema.ts';

/** The rules that ship, used where ratelimit.files says nothing. */
const SHIPPED_RULES = fileURLToPath(new URL('../../config/ratelimit/gatehouse.yaml', import.meta.url));

/**
 * Makes every path absolute.
 * @param base the folder that a relative path at a dotted setting starts from
 */
export function resolvePaths(settings: Settings, base: (setting: string) => string) {
  const absolute = (setting: string, path: string | undefined) =>
    path === undefined ? undefined : resolve(base(setting), path);
  /** A bare name is looked up on PATH, so it stays as it is. */
  const program = (setting: string, path: string | undefined) =>
    path?.includes('/') ? resolve(base(setting), path) : path;
  const { redis, envoy, identity, ratelimit, pool, model } = settings;
  return {
    ...settings,
    redis: { ...redis, passwordFile: absolute('redis.passwordFile', redis.passwordFile) },
    envoy: {
      ...envoy,
      path: program('envoy.path', envoy.path),
      tls: {
        certFile: absolute('envoy.tls.certFile', envoy.tls.certFile),
        keyFile: absolute('envoy.tls.keyFile', envoy.tls.keyFile),
      },
    },
    identity: {
      apiKeys: {
        ...identity.apiKeys,
        hashKeyFile: absolute('identity.apiKeys.hashKeyFile', identity.apiKeys.hashKeyFile),
      },
      assertion: {
        ...identity.assertion,
        keyFile: absolute('identity.assertion.keyFile', identity.assertion.keyFile),
      },
    },
    ratelimit: {
      ...ratelimit,
      files: ratelimit.files?.map((file) => resolve(base('ratelimit.files'), file)) ?? [SHIPPED_RULES],
    },
    pool: {
      ...pool,
      claudePath: program('pool.claudePath', pool.claudePath),
      bwrapPath: program('pool.bwrapPath', pool.bwrapPath) ?? pool.bwrapPath,
    },
    model: { ...model, apiKeyFile: absolute('model.apiKeyFile', model.apiKeyFile) },
  };
}
