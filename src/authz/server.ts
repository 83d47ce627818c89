import { allRoutes, type Config, formatHostPort, redisAddress } from '../config/index.ts';
import { type GrpcServer, type GrpcServerOptions, serveUnary } from '../grpc/index.ts';
import { connected, logConnection, openRedis, redisKeys } from '../redis/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import { createApiKeyStore } from './api-keys/store.ts';
import { createAssertionSigner } from './assertion-signer.ts';
import { createAuthorizer } from './authorizer.ts';
import { NO_BLOCKLIST } from './blocklist/blocklist.ts';
import { compileCertificateRules } from './certificates/rules.ts';
import { createApiKeyMethod } from './credentials/api-key.ts';
import { createCertificateMethod } from './credentials/certificate.ts';
import type { Presentation } from './credentials/present.ts';
import { AuthzError } from './errors.ts';
import { readKeyFile } from './key-file.ts';
import { createRouteTable } from './routes/table.ts';

export interface AuthzOptions {
  config: Pick<
    Config,
    'listen' | 'redis' | 'envoy' | 'identity' | 'routes' | 'inspection' | 'tiers' | 'model'
  >;
  logger: Logger;
}

export interface RunningAuthz {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Lets running checks finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** What a CheckRequest may have besides the body: Envoy's header limit is far below. */
const OVERHEAD_BYTES = 2 ** 20;
/** Part of Envoy's own deadline that a lookup may take, so that the answer without it is still in time. */
const STORE_SHARE_OF_DEADLINE = 0.5;
/** How long to wait for Redis at the start; then requests are answered with 503 until it is there. */
const REDIS_START_MS = 2_000;

/**
 * Starts the external authorization service: gRPC on listen.authz, API keys in Redis. Any number of them may run.
 * @throws AuthzError invalid_key_file, cannot_listen; Error when no Redis is configured
 */
export async function startAuthz({ config, logger }: AuthzOptions): Promise<RunningAuthz> {
  const { apiKeys, assertion, mtls } = config.identity;
  const hashKey = await readKeyFile(apiKeys.hashKeyFile, 'identity.apiKeys.hashKeyFile');
  const assertionKey = await readKeyFile(assertion.keyFile, 'identity.assertion.keyFile');
  const lookupMs = Math.floor(config.envoy.authzTimeout.ms * STORE_SHARE_OF_DEADLINE);
  const redis = openRedis(await redisAddress(config), 'gatehouse-authz', lookupMs);
  logConnection(redis, logger);
  await connected(redis, REDIS_START_MS).catch(() => {}); // logConnection has said it.

  const authorize = createAuthorizer({
    methods: [
      createApiKeyMethod({
        store: createApiKeyStore({ redis, keys: redisKeys(config.redis.keyPrefix), hashKey }),
        storeFailures: createFailureLog({
          logger,
          code: 'store_unavailable',
          failing: 'API keys cannot be looked up, and requests are answered with 503',
          recovered: 'API keys are looked up again',
          now: () => performance.now(),
        }),
        now: Date.now,
      }),
      ...(mtls === undefined
        ? []
        : [createCertificateMethod({ identify: compileCertificateRules(mtls.rules), now: Date.now })]),
    ],
    presentation: presentationOf(config.identity),
    blocklist: NO_BLOCKLIST,
    sign: createAssertionSigner({ key: assertionKey, ttlMs: assertion.ttl.ms, now: Date.now }),
    policy: {
      routes: createRouteTable(allRoutes(config.routes)),
      tiers: new Set(Object.keys(config.tiers)),
      maxPromptCharacters: config.inspection.maxPromptCharacters,
      defaultModel: config.model.name,
    },
    trustedHops: config.envoy.trustedHops,
    logger,
  });
  const server = await listen(config.listen.authz, {
    services: [
      {
        name: 'envoy.service.auth.v3.Authorization',
        proto: 'envoy/service/auth/v3/external_auth.proto',
        methods: { Check: authorize },
      },
    ],
    maxReceiveBytes: config.envoy.maxBody.bytes + OVERHEAD_BYTES,
    onError: (error) => logger.error({ code: 'internal_error', err: error }, 'a check failed'),
  }).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  const address = formatHostPort({ host: config.listen.authz.host, port: server.port });
  logger.info({ address }, 'authz listens');
  return {
    port: server.port,
    async close(graceMs) {
      await server.close(graceMs);
      redis.disconnect();
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
