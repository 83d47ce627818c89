import type { Config } from '../config/index.ts';
import { watchCommands } from '../redis/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { startApiKeys } from './api-keys/start.ts';
import { type Blocklist, NO_BLOCKLIST } from './blocklist/blocklist.ts';
import { startBlocklist } from './blocklist/start.ts';
import { compileCertificateRules } from './certificates/rules.ts';
import type { Closer } from './closers.ts';
import { createAnonymousMethod } from './credentials/anonymous.ts';
import { createCertificateMethod } from './credentials/certificate.ts';
import type { CredentialMethod } from './credentials/method.ts';
import type { Presentation } from './credentials/present.ts';
import { openIntrospection } from './introspection/open.ts';
import { openJwt } from './jwt/open.ts';
import { openLogin } from './login/open.ts';
import type { AuthzMetrics } from './metrics.ts';
import { openSharedStore } from './shared-store.ts';

export interface IdentificationOptions {
  config: Pick<Config, 'identity' | 'redis' | 'envoy'>;
  metrics: AuthzMetrics;
  logger: Logger;
  /** Whether it is kept when a key was last used; not by who only looks. */
  tracksUse: boolean;
  /** Gets what ends all that is started here, also where starting fails halfway. */
  closers: Closer[];
}

/** How callers are told apart. */
export interface Identification {
  methods: readonly CredentialMethod[];
  presentation: Presentation;
  blocklist: Blocklist;
  /** Whether what it asks is there. */
  isReady(): boolean;
}

/** Part of Envoy's own deadline that a lookup may take, so that the answer without it is still in time. */
const STORE_SHARE_OF_DEADLINE = 0.5;

/**
 * Starts the credential methods that are switched on, and the blocklist. Redis is needed only where API keys or the
 * blocklist are.
 * @throws AuthzError invalid_key_file, invalid_issuer_key, invalid_introspection_file; Error when no Redis is configured
 */
export async function openIdentification(options: IdentificationOptions): Promise<Identification> {
  const { config, metrics, logger, tracksUse, closers } = options;
  const { anonymous, apiKeys, blocklist, introspection, jwt, mtls, oidc } = config.identity;
  const methods: CredentialMethod[] = [];
  let blocked = NO_BLOCKLIST;
  let isReady = () => true;

  const lookupMs = Math.floor(config.envoy.authzTimeout.ms * STORE_SHARE_OF_DEADLINE);

  if (apiKeys.enabled || blocklist.enabled) {
    const store = await openSharedStore(config, logger, lookupMs);
    closers.push(store.close);
    watchCommands(store.redis, metrics.commands('gatehouse-authz'));
    isReady = () => store.redis.status === 'ready';
    if (apiKeys.enabled) {
      const { method, close } = await startApiKeys({ config: apiKeys, store, metrics, logger, tracksUse });
      methods.push(method);
      closers.push(close);
    }
    if (blocklist.enabled) {
      const running = startBlocklist({ config: blocklist, store, metrics, logger });
      blocked = running;
      closers.push(running.close);
    }
  }
  const leavesForeign = introspection !== undefined;
  const tokens = openJwt({ config: jwt, maxWaitMs: lookupMs, leavesForeign, metrics, logger });
  closers.push(tokens.close);
  if (tokens.method !== undefined) methods.push(tokens.method);
  if (mtls !== undefined) {
    methods.push(
      createCertificateMethod({ identify: compileCertificateRules(mtls.rules), metrics, now: Date.now }),
    );
  }
  if (introspection !== undefined) {
    const { method, close } = await openIntrospection({ config: introspection, metrics, logger });
    methods.push(method);
    closers.push(close);
  }
  if (oidc !== undefined) {
    const login = openLogin({ oidc, jwt, maxWaitMs: lookupMs, metrics, logger });
    closers.push(login.close);
    methods.push(login.method);
  }
  if (anonymous.enabled) methods.push(createAnonymousMethod(anonymous));
  return { methods, presentation: presentationOf(config.identity), blocklist: blocked, isReady };
}

function presentationOf({ mtls, oidc }: Config['identity']): Presentation {
  const beside = { refuse: 'alone', ignore: 'without_token' } as const;
  return {
    certificates: mtls === undefined ? 'none' : beside[mtls.besideToken],
    sessions: oidc !== undefined,
  };
}
