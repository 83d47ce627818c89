import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import type { TlsFiles } from '../envoy/index.ts';
import { resolveDevelopmentIssuer } from './development-issuer.ts';
import type { Layout } from './layout.ts';
import { copyClientSecret, ensureCookieSecret } from './login-secrets.ts';
import { ensureSecret } from './secrets.ts';
import { ensureTlsFiles } from './tls-files.ts';

/** The configuration with every file that `up` makes filled in. */
export interface Resolved {
  config: Config;
  tls: TlsFiles;
  /** Of the development certificate; undefined with a certificate of the user's own. */
  caFile: string | undefined;
}

/**
 * Makes the secrets and the development certificate where the configuration names none of its own.
 * @throws StartError secret_unusable
 */
export async function resolveFiles(config: Config, places: Layout, now: Date): Promise<Resolved> {
  const { certFile, keyFile } = config.envoy.tls;
  const own = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  const [hashKeyFile, assertionKeyFile, tokenFile, development, oidc, redis, bucketsRedis, made] =
    await Promise.all([
      secretFile(config.identity.apiKeys.hashKeyFile, join(places.secretsDir, 'api-key-hash.key')),
      secretFile(config.identity.assertion.keyFile, join(places.secretsDir, 'assertion.key')),
      secretFile(config.admin.tokenFile, join(places.secretsDir, 'admin.token')),
      resolveDevelopmentIssuer(config, places.developmentIssuerFile),
      loginSecrets(config.identity.oidc, places.secretsDir),
      passwordToFile(config.redis, join(places.secretsDir, 'redis.password')),
      config.ratelimit.redis &&
        passwordToFile(config.ratelimit.redis, join(places.secretsDir, 'ratelimit-redis.password')),
      own ?? ensureTlsFiles(places.tlsDir, now),
    ]);
  const tls = { certFile: made.certFile, keyFile: made.keyFile };
  return {
    config: {
      ...config,
      redis,
      ratelimit: { ...config.ratelimit, redis: bucketsRedis },
      identity: {
        ...config.identity,
        apiKeys: { ...config.identity.apiKeys, hashKeyFile },
        assertion: { ...config.identity.assertion, keyFile: assertionKeyFile },
        jwt: { ...config.identity.jwt, development },
        oidc,
      },
      admin: { ...config.admin, tokenFile },
      envoy: { ...config.envoy, tls },
    },
    tls,
    caFile: 'caFile' in made ? made.caFile : undefined,
  };
}

async function secretFile(configured: string | undefined, own: string): Promise<string> {
  if (configured !== undefined) return configured;
  await ensureSecret(own);
  return own;
}

async function loginSecrets(
  oidc: Config['identity']['oidc'],
  folder: string,
): Promise<Config['identity']['oidc']> {
  return oidc && copyClientSecret(await ensureCookieSecret(oidc, folder), folder);
}

/** The resolved configuration is written down, and is to hold no secret. */
async function passwordToFile<Redis extends { url?: string | undefined }>(
  redis: Redis,
  file: string,
): Promise<Redis> {
  if (redis.url === undefined) return redis;
  const url = new URL(redis.url);
  if (url.password === '') return redis;
  await writeFile(file, decodeURIComponent(url.password), { mode: 0o600 });
  url.password = '';
  return { ...redis, url: url.href, passwordFile: file };
}
