import { readFileSync } from 'node:fs';
import type { Config } from '../../config/index.ts';
import { createFetcher } from '../../http/index.ts';
import { createFailureLog, type FailureLog, type Logger } from '../../telemetry/index.ts';
import { AuthzError } from '../errors.ts';
import type { AuthzMetrics } from '../metrics.ts';
import { discoveryAddress, jwksAddress } from './discovery.ts';
import { openFileKeys } from './file-keys.ts';
import { type IssuerConfig, type IssuerRules, issuerRules } from './issuer.ts';
import { type KeySet, keySetFromJwks, keySetFromPem, keySetFromSecret } from './key-set.ts';
import type { KeySource } from './key-source.ts';
import { startRemoteKeys } from './remote-keys.ts';
import { decodeSecret } from './secret.ts';

/** Whose tokens count, by which rules, and where its keys are. */
export interface Issuer {
  rules: IssuerRules;
  keys: KeySource;
}

export interface OpenIssuerOptions {
  config: IssuerConfig;
  jwks: Config['identity']['jwt']['jwks'];
  metrics: Pick<AuthzMetrics, 'keysFetched'>;
  logger: Logger;
}

/** One fetch at a time; discovery and keys may be on two servers. */
const MAX_CONNECTIONS = 1;

/**
 * Takes up an issuer. Keys from a file must be usable at once; those that are fetched may come later.
 * @throws AuthzError invalid_issuer_key that says which issuer, which file and what is wrong with it
 */
export function openIssuer({ config, jwks, metrics, logger }: OpenIssuerOptions): Issuer {
  const rules = issuerRules(config);
  const common = {
    maxStaleMs: jwks.maxStale.ms,
    failures: keyFailures(config.issuer, metrics, logger),
    changed: (keys: KeySet) => logKeys(config.issuer, keys, logger),
    now: () => performance.now(),
  };
  const file = fileOf(config, rules);
  if (file !== undefined) {
    return { rules, keys: usable(config, file.path, () => openFileKeys({ ...common, ...file })) };
  }
  const ca = caOf(config);
  const fetcher = createFetcher({ maxConnections: MAX_CONNECTIONS, ...(ca !== undefined && { ca }) });
  const get = (url: string) =>
    fetcher.fetch({ url, timeoutMs: jwks.timeout.ms, maxBytes: jwks.maxSize.bytes });
  const source = startRemoteKeys({
    ...common,
    async fetch() {
      const { issuer, jwksUri } = config;
      const address = jwksUri ?? jwksAddress(await get(discoveryAddress(issuer)), issuer);
      return keySetFromJwks(await get(address), rules.algorithms);
    },
    refreshIntervalMs: jwks.refreshInterval.ms,
    minIntervalMs: jwks.minInterval.ms,
  });
  const close = () => {
    source.close();
    void fetcher.close();
  };
  return { rules, keys: { ...source, close } };
}

function fileOf(
  { jwksFile, pemFile, secretFile, secretEncoding }: IssuerConfig,
  { algorithms }: IssuerRules,
): { path: string; parse(bytes: Buffer): KeySet } | undefined {
  if (jwksFile !== undefined) return { path: jwksFile, parse: (bytes) => keySetFromJwks(bytes, algorithms) };
  if (pemFile !== undefined) {
    return { path: pemFile, parse: (bytes) => keySetFromPem(bytes.toString(), algorithms) };
  }
  if (secretFile === undefined) return undefined;
  return {
    path: secretFile,
    parse: (bytes) => keySetFromSecret(decodeSecret(bytes, secretEncoding), algorithms),
  };
}

function caOf({ issuer, caFile }: IssuerConfig): string | undefined {
  if (caFile === undefined) return undefined;
  return usable({ issuer }, caFile, () => readFileSync(caFile, 'utf8'));
}

function usable<T>({ issuer }: Pick<IssuerConfig, 'issuer'>, path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === undefined ? message : `it cannot be read (${code})`;
    throw new AuthzError(
      'invalid_issuer_key',
      `${path}, of the issuer ${issuer}, cannot be used: ${problem}.`,
    );
  }
}

function keyFailures(issuer: string, metrics: OpenIssuerOptions['metrics'], logger: Logger): FailureLog {
  const log = createFailureLog({
    logger,
    code: 'issuer_unavailable',
    failing: `the keys of the issuer ${issuer} cannot be had; the last ones count, if there are any`,
    recovered: `the keys of the issuer ${issuer} are there again`,
    now: () => performance.now(),
  });
  return {
    failed(error) {
      metrics.keysFetched(issuer, 'failed');
      log.failed(error);
    },
    succeeded() {
      metrics.keysFetched(issuer, 'fetched');
      log.succeeded();
    },
  };
}

function logKeys(issuer: string, { keys, leftOut }: KeySet, logger: Logger): void {
  logger.info({ count: keys.length }, `the issuer ${issuer} has these keys`);
  if (leftOut.length > 0) {
    logger.warn(
      { code: 'key_left_out', reason: leftOut.join(' ') },
      `keys of the issuer ${issuer} do not count`,
    );
  }
}
