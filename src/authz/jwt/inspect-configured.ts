import type { Config } from '../../config/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { developmentIssuer, readDevelopmentKey } from './development.ts';
import { inspectToken, type TokenInspection } from './inspection.ts';
import { type Issuer, openIssuer } from './open-issuer.ts';
import { hasTokenForm, unverifiedIssuer } from './token.ts';

/**
 * Inspects a token under a configuration, with its issuer's keys as they are now.
 * @returns undefined for a text that is no JSON Web Token
 * @throws AuthzError invalid_issuer_key
 */
export async function inspectConfigured(
  config: Pick<Config, 'identity' | 'tiers'>,
  token: string,
  nowMs: number,
): Promise<TokenInspection | undefined> {
  if (!hasTokenForm(token)) return undefined;
  const { issuers, development, jwks, maxToken } = config.identity.jwt;
  if (token.length > maxToken.bytes) {
    const detail = `${token.length} bytes; identity.jwt.maxToken is ${maxToken.bytes}`;
    const checks = [{ check: 'size', outcome: 'failed', detail }] as const;
    return { counts: false, reason: 'token_malformed', checks };
  }
  const metrics = { keysFetched() {} };
  const claimed = unverifiedIssuer(token);
  const opened: Issuer[] = issuers
    .filter(({ issuer }) => issuer === claimed)
    .map((issuer) => openIssuer({ config: issuer, jwks, metrics, logger: silentLogger }));
  if (development.mode === 'on') opened.push(developmentIssuer(readDevelopmentKey(development.keyFile)));
  try {
    const byName = new Map(opened.map((issuer) => [issuer.rules.issuer, issuer]));
    await Promise.all(opened.map(({ keys }) => keys.refresh()));
    return inspectToken(token, {
      rulesOf: (issuer) => byName.get(issuer)?.rules,
      keysOf: (issuer) => byName.get(issuer)?.keys.current(),
      tiers: new Set(Object.keys(config.tiers)),
      nowMs,
    });
  } finally {
    for (const { keys } of opened) keys.close();
  }
}
