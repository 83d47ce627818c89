import { readFile } from 'node:fs/promises';
import { createFetcher } from '../../http/index.ts';
import { createFailureLog, type Logger } from '../../telemetry/index.ts';
import type { CredentialMethod } from '../credentials/method.ts';
import { createOAuthMethod } from '../credentials/oauth.ts';
import { AuthzError } from '../errors.ts';
import type { AuthzMetrics } from '../metrics.ts';
import { createAsk, readClientSecret } from './ask.ts';
import { guardEndpoint } from './guard.ts';
import type { IntrospectionConfig } from './judge.ts';

export interface OpenIntrospectionOptions {
  config: IntrospectionConfig;
  metrics: AuthzMetrics;
  logger: Logger;
}

/**
 * Sets up the introspection of opaque tokens. The endpoint need not be there yet; the files must be.
 * @throws AuthzError invalid_introspection_file
 */
export async function openIntrospection(
  options: OpenIntrospectionOptions,
): Promise<{ method: CredentialMethod; close(): Promise<void> }> {
  const { config, metrics, logger } = options;
  const { clientSecretFile, caFile } = config;
  await readable('clientSecretFile', clientSecretFile, readClientSecret);
  const ca =
    caFile === undefined ? undefined : await readable('caFile', caFile, (file) => readFile(file, 'utf8'));
  const fetcher = createFetcher({
    maxConnections: config.maxConcurrent,
    ...(ca !== undefined && { ca }),
  });
  const guard = guardEndpoint(createAsk(config, fetcher), config, (state) => {
    const fields = { code: 'introspection_breaker', reason: state };
    if (state === 'open') logger.warn(fields, 'the introspection endpoint is taken for down and not asked');
    else if (state === 'half_open') logger.info(fields, 'the introspection endpoint is tried again');
    else logger.info(fields, 'the introspection endpoint is up again');
  });
  const method = createOAuthMethod({
    config,
    ask: guard.ask,
    failures: createFailureLog({
      logger,
      code: 'introspection_unavailable',
      failing: 'opaque tokens cannot be checked, and requests with one are answered with 503',
      recovered: 'opaque tokens are checked again',
      now: () => performance.now(),
    }),
    metrics,
    now: Date.now,
  });
  return {
    method,
    close() {
      guard.close();
      return fetcher.close();
    },
  };
}

async function readable(
  setting: string,
  file: string,
  read: (file: string) => Promise<string>,
): Promise<string> {
  const content = await read(file).catch((error: NodeJS.ErrnoException) => {
    throw unusable(setting, file, `cannot be read (${error.code})`);
  });
  if (content === '') throw unusable(setting, file, 'is empty');
  return content;
}

function unusable(setting: string, file: string, problem: string): AuthzError {
  return new AuthzError(
    'invalid_introspection_file',
    `identity.introspection.${setting} names ${file}, which ${problem}.`,
  );
}
