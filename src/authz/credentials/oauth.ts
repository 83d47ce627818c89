import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FailureLog } from '../../telemetry/index.ts';
import { API_KEY_PREFIX } from '../api-keys/format.ts';
import type { Answer } from '../introspection/answer.ts';
import type { Ask } from '../introspection/ask.ts';
import { type IntrospectionConfig, type Judgement, judgeAnswer } from '../introspection/judge.ts';
import type { AuthzMetrics } from '../metrics.ts';
import type { Authentication } from './credential.ts';
import type { CredentialMethod } from './method.ts';

export interface OAuthMethodOptions {
  config: IntrospectionConfig;
  /** Bounded in time and number (see introspection/guard.ts). */
  ask: Ask;
  /** Why questions come to nothing. */
  failures: FailureLog;
  metrics: Pick<AuthzMetrics, 'introspected' | 'watchEntries'>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** RFC 6750, section 2.1: nothing else can be a token, so nothing else is asked about. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const UNAVAILABLE: Authentication = { kind: 'unavailable', reason: 'introspection_unavailable' };

/**
 * Opaque access tokens, about which the authorization server is asked (RFC 7662). Answers are remembered by the token's
 * SHA-256; requests that come with one token at the same time wait for one answer. Without an answer it is 503.
 */
export function createOAuthMethod(options: OAuthMethodOptions): CredentialMethod {
  const { config, ask, failures, metrics, now } = options;
  // Apart, so that a flood of bad tokens does not push good ones out.
  const good = new LRUCache<string, Judgement>({ max: config.cache.maxEntries });
  const bad = new LRUCache<string, Judgement>({ max: config.cache.maxEntries });
  const open = new Map<string, Promise<Authentication>>();
  metrics.watchEntries('good_opaque_tokens', () => good.size);
  metrics.watchEntries('bad_opaque_tokens', () => bad.size);

  return {
    name: 'oauth',
    // An API key is no token, also where keys are switched off: it is a secret that nobody else should see.
    recognises: (credential) => credential.kind === 'token' && !credential.token.startsWith(API_KEY_PREFIX),
    authenticate(credential) {
      if (credential.kind !== 'token') return { kind: 'rejected', reason: 'malformed' };
      const { token } = credential;
      if (token.length > config.maxToken.bytes || !TOKEN.test(token)) {
        return { kind: 'rejected', reason: 'token_malformed' };
      }
      const digest = hash('sha256', token, 'base64');
      return known(good, digest) ?? known(bad, digest) ?? open.get(digest) ?? begin(token, digest);
    },
  };

  function known(cache: LRUCache<string, Judgement>, digest: string): Authentication | undefined {
    const judgement = cache.get(digest);
    if (judgement === undefined) return undefined;
    if (now() < judgement.untilMs) return judgement.authentication;
    cache.delete(digest);
    return undefined;
  }

  function begin(token: string, digest: string): Promise<Authentication> {
    const outcome = introspect(token, digest).finally(() => open.delete(digest));
    open.set(digest, outcome);
    return outcome;
  }

  async function introspect(token: string, digest: string): Promise<Authentication> {
    let answer: Answer;
    try {
      answer = await ask(token);
    } catch (error) {
      failures.failed(error);
      metrics.introspected('failed');
      return UNAVAILABLE;
    }
    failures.succeeded();
    const judgement = judgeAnswer(answer, token, config, now());
    const isGood = judgement.authentication.kind === 'authenticated';
    metrics.introspected(isGood ? 'good' : 'bad');
    (isGood ? good : bad).set(digest, judgement);
    return judgement.authentication;
  }
}
