import type { RecordLoad } from '../audit/index.ts';
import { type Config, formatHostPort, type HostPort } from '../config/index.ts';
import { type GrpcServer, StreamingAddressError, serveUnary, type UnaryService } from '../grpc/index.ts';
import { connected, logConnection, redisKeys, watchCommands } from '../redis/index.ts';
import {
  createCommandMetrics,
  createFailureLog,
  createMetrics,
  type Logger,
  METRICS,
  type Metrics,
  openTraces,
  type Siblings,
  serveOperations,
} from '../telemetry/index.ts';
import { RatelimitError } from './error.ts';
import { createHealth } from './health.ts';
import { openLimiter } from './limiter/open.ts';
import { openOperation } from './operation.ts';
import { createDecide } from './rls/decide.ts';
import { httpRoutes } from './rls/http-routes.ts';
import { createRuleMetrics } from './rls/rule-metrics.ts';
import { rateLimitService } from './rls/service.ts';
import type { LoadResult, RulesStatus } from './rules/live-rules.ts';
import { startRules } from './rules/start.ts';
import { openStores } from './stores.ts';

type RatelimitConfig = Pick<Config, 'listen' | 'grpc' | 'redis' | 'envoy' | 'ratelimit' | 'telemetry'>;

export interface RatelimitOptions {
  config: RatelimitConfig;
  logger: Logger;
  /** The processes that serve the same addresses. */
  siblings?: Siblings | undefined;
  /** Told of the rules that come into force. */
  recordLoad?: RecordLoad;
}

export interface RunningRatelimit {
  /** Where gRPC is, also where the configuration asks for any free port. */
  port: number;
  /** Where HTTP is. */
  httpPort: number;
  /** Which rules are in force, and whether newer ones were refused. */
  rules(): RulesStatus;
  /** Lets running calls finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** Descriptors are made of a request's headers, 12 KiB in all, a few times over; other meshes may allow more. */
const MAX_RECEIVE_BYTES = 1024 * 1024;
/** The audit names so many files of a set of rules. */
const MAX_NAMED_FILES = 20;
/** What envoyproxy/ratelimit calls itself in grpc.health.v1. */
const HEALTH_NAME = 'ratelimit';
/** Part of Envoy's own deadline that Redis may use, so that the answer by policy is still in time. */
const STORE_SHARE_OF_DEADLINE = 0.7;
/** How long to wait for Redis at the start; then the service serves without it, by policy. */
const REDIS_START_MS = 2_000;

/**
 * Starts the rate limit service: gRPC on listen.ratelimit, HTTP on listen.ratelimitHttp, buckets in Redis. Any number
 * of them may count together.
 * @throws RulesError where the rules are wrong; Error where an address cannot be used
 */
export async function startRatelimit(options: RatelimitOptions): Promise<RunningRatelimit> {
  const closers: Closer[] = [];
  try {
    return await start(options, closers);
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
  { config, logger, siblings, recordLoad }: RatelimitOptions,
  closers: Closer[],
): Promise<RunningRatelimit> {
  const { ratelimit, listen } = config;
  const metrics = await createMetrics();
  const traces = openTraces({ config, role: 'ratelimit', logger, metrics });
  closers.push(traces.close);
  let healthChanged = () => {};
  let rulesChanged = () => {};
  let recordRules = () => {};
  const { live, close: closeRules } = await startRules({
    config: ratelimit,
    logger,
    onLoad: countLoads(metrics, ratelimit.source, () => {
      healthChanged();
      rulesChanged();
      recordRules();
    }),
  });
  recordRules = () => recordRulesLoad(live.status(), recordLoad);
  recordRules();
  closers.push(closeRules);

  const deadlineMs = Math.floor(config.envoy.ratelimitTimeout.ms * STORE_SHARE_OF_DEADLINE);
  const keys = redisKeys(config.redis.keyPrefix);
  const {
    buckets: redis,
    control,
    controlAddress,
    close,
  } = await openStores(config, 'gatehouse-ratelimit', deadlineMs);
  closers.push(close);
  const commandMetrics = createCommandMetrics(metrics);
  watchCommands(redis, commandMetrics('gatehouse-ratelimit'));
  if (control !== redis) watchCommands(control, commandMetrics('gatehouse-ratelimit-control'));
  for (const each of new Set([redis, control])) logConnection(each, logger);
  await connected(redis, REDIS_START_MS).catch(() => {});

  const operation = openOperation({
    record: ratelimit.record,
    role: 'ratelimit',
    rules: live.status,
    ...{ address: controlAddress, redis: control, keys, logger },
  });
  closers.push(operation.close);
  const limitedConsumers = metrics.gauge(METRICS.ratelimitLimitedConsumers, async () => {
    const count = await operation.limitedConsumers();
    if (count === undefined) limitedConsumers.remove();
    else limitedConsumers.set(count);
  });
  rulesChanged = operation.rulesChanged;
  const { onStoreFailure, responseHeaders } = ratelimit;
  const decide = createDecide({
    rules: live.current,
    overrides: operation.overrides,
    observe: operation.observe,
    keys,
    metrics: createRuleMetrics({
      metrics,
      nearLimitRatio: ratelimit.nearLimitRatio,
      maxRules: ratelimit.metrics.maxRules,
    }),
    limiter: openLimiter({ redis, deadlineMs, logger, metrics, config: ratelimit }),
    modes: ratelimit,
    response: {
      headers: responseHeaders.enabled ? responseHeaders : undefined,
      standardFields: responseHeaders.standard,
      dynamicMetadata: ratelimit.dynamicMetadata,
    },
  });

  const onError = logUnanswered(logger);
  const server = await serveGrpc(rateLimitService(decide, traces.tracer), config, onError);
  closers.push((graceMs) => server.close(graceMs));
  const health = createHealth({
    ...ratelimit.health,
    isStoreReady: () => redis.status === 'ready',
    hasRules: () => live.status().domains.length > 0,
    onChange: server.setServing,
  });
  healthChanged = health.look;
  for (const event of ['ready', 'close', 'end']) redis.on(event, health.look);
  health.look();

  const operations = await serveOperations({
    setting: 'listen.ratelimitHttp',
    ...listen.ratelimitHttp,
    registry: metrics.registry,
    siblings,
    isReady: () => live.current() !== undefined && (onStoreFailure !== 'deny' || redis.status === 'ready'),
    routes: httpRoutes({ shouldRateLimit: decide, isHealthy: health.isHealthy, onError }),
  });
  closers.push((graceMs) => operations.close(graceMs), health.close);
  const { address, path } = ratelimit.metrics;
  if (address !== undefined) {
    const { close } = await serveMetrics(address, path, metrics.registry, siblings);
    closers.push(close);
  }
  const grpc = ratelimit.socket ?? formatHostPort({ host: listen.ratelimit.host, port: server.port });
  logger.info({ address: grpc }, 'the rate limit service listens');
  const { ratelimit: streaming } = config.grpc.streaming;
  if (streaming !== undefined) {
    const streams = formatHostPort({ host: streaming.host, port: server.streamingPort ?? streaming.port });
    logger.info({ address: streams }, 'the rate limit service has health to be watched, and reflection');
  }
  const http = formatHostPort({ host: listen.ratelimitHttp.host, port: operations.port });
  logger.info({ address: http }, 'the rate limit service answers HTTP');
  return {
    port: server.port,
    httpPort: operations.port,
    rules: live.status,
    close: (graceMs) => closeAll(closers, graceMs),
  };
}

/** Metrics at a second place, where those who read envoyproxy/ratelimit's look for them. */
function serveMetrics(
  address: HostPort,
  metricsPath: string,
  registry: Metrics['registry'],
  siblings: Siblings | undefined,
): Promise<{ close(graceMs: number): Promise<void> }> {
  const setting = 'ratelimit.metrics.address';
  return serveOperations({ setting, ...address, registry, siblings, metricsPath, isReady: () => true });
}

function countLoads(metrics: Metrics, source: string, onLoad: () => void): (result: LoadResult) => void {
  const loads = metrics.counter(METRICS.ratelimitConfigLoads);
  const refused = metrics.gauge(METRICS.ratelimitRulesRefused);
  return (result) => {
    loads.inc({ source, result });
    refused.set(result === 'refused' ? 1 : 0);
    onLoad();
  };
}

async function serveGrpc(
  service: UnaryService,
  { listen, grpc: { transport, streaming }, ratelimit: { socket, connections, tls } }: RatelimitConfig,
  onError: (error: unknown) => void,
): Promise<GrpcServer> {
  const { certFile, keyFile, clientCaFile, clientName } = tls;
  const isSecure = certFile !== undefined && keyFile !== undefined;
  try {
    return await serveUnary({
      transport,
      streaming: streaming.ratelimit,
      services: [service],
      ...listen.ratelimit,
      socket,
      tls: isSecure ? { certFile, keyFile, clientCaFile, clientName } : undefined,
      maxConnectionAge: { ms: connections.maxAge.ms, graceMs: connections.maxAgeGrace.ms },
      healthNames: [HEALTH_NAME],
      maxReceiveBytes: MAX_RECEIVE_BYTES,
      onError,
    });
  } catch (error) {
    if (error instanceof StreamingAddressError) throw new Error(`grpc.streaming.ratelimit: ${error.message}`);
    const reason = error instanceof Error ? error.message : String(error);
    const where =
      socket === undefined
        ? `listen.ratelimit ${formatHostPort(listen.ratelimit)}`
        : `ratelimit.socket ${socket}`;
    throw new Error(`${where} cannot be used: ${reason}`);
  }
}

/** Requests that the store's failure stopped are in a log of their own; what is left are callers' mistakes and ours. */
function recordRulesLoad(
  { digest, files, domains, limits, version }: RulesStatus,
  record?: RecordLoad,
): void {
  if (digest === undefined) return;
  const details = { domains: domains.length, limits, ...(version !== undefined && { version }) };
  record?.({
    action: 'ratelimit_rules.load',
    target: files.slice(0, MAX_NAMED_FILES).join(' '),
    digest,
    details,
  });
}

function logUnanswered(logger: Logger): (error: unknown) => void {
  const failing = 'a request to the rate limit service cannot be answered';
  const invalid = createFailureLog({ logger, code: 'invalid_request', failing, now: monotonicMs });
  const noRules = createFailureLog({ logger, code: 'no_rules', failing, now: monotonicMs });
  return (error) => {
    if (!(error instanceof RatelimitError)) logger.error({ code: 'internal_error', err: error }, failing);
    else if (error.code === 'invalid_request') invalid.failed(error);
    else if (error.code === 'no_rules') noRules.failed(error);
  };
}

function monotonicMs(): number {
  return performance.now();
}
