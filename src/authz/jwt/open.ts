import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { createJwtMethod } from '../credentials/jwt.ts';
import type { CredentialMethod } from '../credentials/method.ts';
import type { AuthzMetrics } from '../metrics.ts';
import { DEVELOPMENT_ISSUER, developmentIssuer, readDevelopmentKey } from './development.ts';
import { type Issuer, openIssuer } from './open-issuer.ts';

export interface OpenJwtOptions {
  config: Config['identity']['jwt'];
  /** How long a token may wait for its issuer's keys. */
  maxWaitMs: number;
  /** Whether tokens of other issuers are left to another method. */
  leavesForeign: boolean;
  metrics: AuthzMetrics;
  logger: Logger;
}

export interface OpenJwt {
  /** undefined where no issuer is configured. */
  method: CredentialMethod | undefined;
  close(): void;
}

/**
 * Takes up every issuer of identity.jwt.
 * @throws AuthzError invalid_issuer_key
 */
export function openJwt({ config, maxWaitMs, leavesForeign, metrics, logger }: OpenJwtOptions): OpenJwt {
  const issuers: Issuer[] = [];
  const close = () => {
    for (const { keys } of issuers) keys.close();
  };
  try {
    for (const issuer of config.issuers)
      issuers.push(openIssuer({ config: issuer, jwks: config.jwks, metrics, logger }));
    if (config.development.mode === 'on') {
      issuers.push(developmentIssuer(readDevelopmentKey(config.development.keyFile)));
      logger.warn({}, `tokens of the issuer ${DEVELOPMENT_ISSUER} count; it is for development only`);
    }
  } catch (error) {
    close();
    throw error;
  }
  const method =
    issuers.length === 0
      ? undefined
      : createJwtMethod({
          issuers,
          maxTokenBytes: config.maxToken.bytes,
          cache: { maxEntries: config.cache.maxEntries, negativeTtlMs: config.cache.negativeTtl.ms },
          maxWaitMs,
          takesForeign: !leavesForeign,
          metrics,
          now: Date.now,
        });
  return { method, close };
}
