import { type Config, formatHostPort } from '../config/index.ts';
import { type GrpcServer, type GrpcServerOptions, serveUnary } from '../grpc/index.ts';
import { createMetrics, type Logger, serveOperations } from '../telemetry/index.ts';
import { admitChecks } from './admission.ts';
import { startApiKeys } from './api-keys/start.ts';
import { createAssertionSigner } from './assertion-signer.ts';
import { createAuthorizer } from './authorizer.ts';
import { NO_BLOCKLIST } from './blocklist/blocklist.ts';
import { startBlocklist } from './blocklist/start.ts';
import { createBodyExaminer } from './body/examiner.ts';
import { bodyRules } from './body/rules.ts';
import { compileCertificateRules } from './certificates/rules.ts';
import { createAnonymousMethod } from './credentials/anonymous.ts';
import { createCertificateMethod } from './credentials/certificate.ts';
import type { CredentialMethod } from './credentials/method.ts';
import type { Presentation } from './credentials/present.ts';
import { AuthzError } from './errors.ts';
import { openJwt } from './jwt/open.ts';
import { readKeyFile } from './key-file.ts';
import { createAuthzMetrics } from './metrics.ts';
import { compilePolicy } from './policy.ts';
import { openSharedStore } from './shared-store.ts';

export interface AuthzOptions {
  config: Pick<
    Config,
    'listen' | 'redis' | 'envoy' | 'identity' | 'permissions' | 'routes' | 'inspection' | 'tiers' | 'model'
  >;
  logger: Logger;
}

export interface RunningAuthz {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Of /health, /ready and /metrics. */
  httpPort: number;
  /** Lets running checks finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** What a CheckRequest may have besides the body: Envoy's header limit is far below. */
const OVERHEAD_BYTES = 2 ** 20;
/** Part of Envoy's own deadline that a lookup may take, so that the answer without it is still in time. */
const STORE_SHARE_OF_DEADLINE = 0.5;

/**
 * Starts the external authorization service: gRPC on listen.authz, and /health, /ready and /metrics on
 * listen.authzHttp. API keys and the blocklist are in Redis, which is needed only where one of them is switched on.
 * Any number of them may run.
 * @throws AuthzError invalid_key_file, cannot_listen; Error when no Redis is configured
 */
export async function startAuthz({ config, logger }: AuthzOptions): Promise<RunningAuthz> {
  const closers: Closer[] = [];
  try {
    return await start(config, logger, closers);
  } catch (error) {
    await closeAll(closers, 0);
    throw error;
  }
}

/** Ends what was started; lets what runs finish within graceMs. */
type Closer = (graceMs: number) => unknown;

/** The last first. */
async function closeAll(closers: Closer[], graceMs: number): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close(graceMs);
}

async function start(
  config: AuthzOptions['config'],
  logger: Logger,
  closers: Closer[],
): Promise<RunningAuthz> {
  const { anonymous, apiKeys, assertion, blocklist, introspection, jwt, limits, mtls } = config.identity;
  const assertionKey = await readKeyFile(assertion.keyFile, 'identity.assertion.keyFile');
  const telemetry = await createMetrics();
  const metrics = createAuthzMetrics(telemetry);
  const methods: CredentialMethod[] = [];
  let blocked = NO_BLOCKLIST;
  let isStoreReady = () => true;

  const lookupMs = Math.floor(config.envoy.authzTimeout.ms * STORE_SHARE_OF_DEADLINE);

  if (apiKeys.enabled || blocklist.enabled) {
    const store = await openSharedStore(config, logger, lookupMs);
    closers.push(store.close);
    isStoreReady = () => store.redis.status === 'ready';
    if (apiKeys.enabled) {
      const { method, close } = await startApiKeys({ config: apiKeys, store, metrics, logger });
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
  const tokens = openJwt({ config: jwt, maxWaitMs: lookupMs, leavesForeign, logger });
  closers.push(tokens.close);
  if (tokens.method !== undefined) methods.push(tokens.method);
  if (mtls !== undefined) {
    methods.push(createCertificateMethod({ identify: compileCertificateRules(mtls.rules), now: Date.now }));
  }

  if (anonymous.enabled) methods.push(createAnonymousMethod(anonymous));

  const examiner = createBodyExaminer({
    rules: bodyRules(config),
    onError: (error) =>
      logger.error({ code: 'examiner_crashed', err: error }, 'a thread for large bodies failed'),
  });
  closers.push(examiner.close);
  const authorize = createAuthorizer({
    methods,
    presentation: presentationOf(config.identity),
    blocklist: blocked,
    sign: createAssertionSigner({ key: assertionKey, ttlMs: assertion.ttl.ms, now: Date.now }),
    policy: compilePolicy(config),
    examiner,
    trustedHops: config.envoy.trustedHops,
    logger,
    onDecision: metrics.decided,
  });
  let isListening = false;
  const operations = await serveOperations({
    setting: 'listen.authzHttp',
    ...config.listen.authzHttp,
    registry: telemetry.registry,
    isReady: () => isListening && isStoreReady(),
  });
  closers.push(operations.close);
  const server = await listen(config.listen.authz, {
    services: [
      {
        name: 'envoy.service.auth.v3.Authorization',
        proto: 'envoy/service/auth/v3/external_auth.proto',
        methods: {
          Check: admitChecks(authorize, {
            maxConcurrentChecks: limits.maxConcurrentChecks,
            metrics,
            logger,
          }),
        },
      },
    ],
    maxReceiveBytes: config.envoy.maxBody.bytes + OVERHEAD_BYTES,
    onError: (error) => logger.error({ code: 'internal_error', err: error }, 'a check failed'),
  });
  closers.push(server.close);
  isListening = true;
  const address = formatHostPort({ host: config.listen.authz.host, port: server.port });
  logger.info({ address }, 'authz listens');
  return {
    port: server.port,
    httpPort: operations.port,
    async close(graceMs) {
      isListening = false;
      await closeAll(closers, graceMs);
    },
  };
}

function presentationOf({ mtls }: Config['identity']): Presentation {
  const beside = { refuse: 'alone', ignore: 'without_token' } as const;
  return { certificates: mtls === undefined ? 'none' : beside[mtls.besideToken], sessions: false };
}

async function listen(
  address: { host: string; port: number },
  options: Omit<GrpcServerOptions, 'host' | 'port'>,
): Promise<GrpcServer> {
  try {
    return await serveUnary({ ...options, ...address });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AuthzError(
      'cannot_listen',
      `listen.authz ${formatHostPort(address)} cannot be used: ${reason}`,
    );
  }
}
