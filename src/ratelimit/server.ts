import { type Config, formatHostPort, redisAddress } from '../config/index.ts';
import { type GrpcServer, serveUnary, type UnaryService } from '../grpc/index.ts';
import { connected, logConnection, openRedis, redisKeys } from '../redis/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import { RatelimitError } from './error.ts';
import { openLimiter } from './limiter/open.ts';
import { openOperation } from './operation.ts';
import { rateLimitService } from './rls/service.ts';
import { loadRules } from './rules/load.ts';

export interface RatelimitOptions {
  config: Pick<Config, 'listen' | 'redis' | 'envoy' | 'ratelimit'>;
  logger: Logger;
}

export interface RunningRatelimit {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Lets running calls finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** Descriptors are made of a request's headers, 12 KiB in all, a few times over; other meshes may allow more. */
const MAX_RECEIVE_BYTES = 1024 * 1024;
/** Part of Envoy's own deadline that Redis may use, so that the answer by policy is still in time. */
const STORE_SHARE_OF_DEADLINE = 0.7;
/** How long to wait for Redis at the start; then the service serves without it, by policy. */
const REDIS_START_MS = 2_000;

/**
 * Starts the rate limit service: gRPC on listen.ratelimit, rules from ratelimit.files, buckets in Redis. Any number of
 * them may count together.
 * @throws RulesError where the files are wrong; Error where the address cannot be used
 */
export async function startRatelimit({ config, logger }: RatelimitOptions): Promise<RunningRatelimit> {
  const { rules } = await loadRules(config.ratelimit.files);
  const deadlineMs = Math.floor(config.envoy.ratelimitTimeout.ms * STORE_SHARE_OF_DEADLINE);
  const storeAddress = await redisAddress(config);
  const keys = redisKeys(config.redis.keyPrefix);
  const redis = openRedis(storeAddress, 'gatehouse-ratelimit', deadlineMs);
  logConnection(redis, logger);
  await connected(redis, REDIS_START_MS).catch(() => {});

  const operation = openOperation({
    record: config.ratelimit.record,
    ...{ address: storeAddress, redis, keys, logger },
  });
  const service = rateLimitService({
    rules,
    overrides: operation.overrides,
    observe: operation.observe,
    keys,
    limiter: openLimiter({ redis, deadlineMs, logger, config: config.ratelimit }),
  });

  const server = await serve(service, config, logger).catch(async (error: unknown) => {
    await operation.close();
    redis.disconnect();
    throw error;
  });
  const address = formatHostPort({ host: config.listen.ratelimit.host, port: server.port });
  logger.info({ address, count: rules.size }, 'the rate limit service listens');
  return {
    port: server.port,
    async close(graceMs) {
      await server.close(graceMs);
      await operation.close();
      redis.disconnect();
    },
  };
}

async function serve(
  service: UnaryService,
  { listen }: RatelimitOptions['config'],
  logger: Logger,
): Promise<GrpcServer> {
  try {
    return await serveUnary({
      services: [service],
      ...listen.ratelimit,
      maxReceiveBytes: MAX_RECEIVE_BYTES,
      onError: logUnanswered(logger),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`listen.ratelimit ${formatHostPort(listen.ratelimit)} cannot be used: ${reason}`);
  }
}

/** Requests that the store's failure stopped are in a log of their own; what is left are callers' mistakes and ours. */
function logUnanswered(logger: Logger): (error: unknown) => void {
  const failing = 'a request to the rate limit service cannot be answered';
  const invalid = createFailureLog({ logger, code: 'invalid_request', failing, now: monotonicMs });
  return (error) => {
    if (!(error instanceof RatelimitError)) logger.error({ code: 'internal_error', err: error }, failing);
    else if (error.code === 'invalid_request') invalid.failed(error);
  };
}

function monotonicMs(): number {
  return performance.now();
}
