import { type Config, tokenIssuers } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { createJwtMethod } from '../credentials/jwt.ts';
import type { CredentialMethod } from '../credentials/method.ts';
import { createSessionMethod } from '../credentials/session.ts';
import { type Issuer, openIssuer } from '../jwt/open-issuer.ts';
import type { AuthzMetrics } from '../metrics.ts';

export interface OpenLoginOptions {
  oidc: NonNullable<Config['identity']['oidc']>;
  /** How keys are fetched and verified tokens remembered is as for other tokens. */
  jwt: Config['identity']['jwt'];
  /** How long a login may wait for its provider's keys. */
  maxWaitMs: number;
  metrics: AuthzMetrics;
  logger: Logger;
}

/**
 * Takes up the provider of browsers' logins.
 * @throws AuthzError invalid_issuer_key
 */
export function openLogin({ oidc, jwt, maxWaitMs, metrics, logger }: OpenLoginOptions): {
  method: CredentialMethod;
  close(): void;
} {
  const issuers: Issuer[] = tokenIssuers(oidc).map(({ issuer, jwksUri }) =>
    openIssuer({ config: issuerConfig(oidc, issuer, jwksUri), jwks: jwt.jwks, metrics, logger }),
  );
  const tokens = createJwtMethod({
    issuers,
    maxTokenBytes: jwt.maxToken.bytes,
    cache: { maxEntries: jwt.cache.maxEntries, negativeTtlMs: jwt.cache.negativeTtl.ms },
    maxWaitMs,
    takesForeign: true,
    metrics,
    now: Date.now,
  });
  return {
    method: createSessionMethod({ oidc, tokens }),
    close() {
      for (const { keys } of issuers) keys.close();
    },
  };
}

/** An ID token is for the client alone (OpenID Connect Core 1.0, section 2). */
function issuerConfig(oidc: OpenLoginOptions['oidc'], issuer: string, jwksUri: string) {
  const { clientId, algorithms, leeway, caFile } = oidc;
  const { claims, defaultTenant, defaultTier, tenants, clientPrefix } = oidc;
  return {
    ...{ issuer, jwksUri, algorithms, leeway, caFile },
    ...{ claims, defaultTenant, defaultTier, tenants, clientPrefix },
    audiences: [clientId],
    types: ['JWT'],
    discovery: false,
    secretEncoding: 'text' as const,
  };
}
