import type { RecordLoad } from '../audit/index.ts';
import { type Config, formatHostPort } from '../config/index.ts';
import {
  type GrpcServer,
  type GrpcServerOptions,
  StreamingAddressError,
  serveUnary,
  type UnaryCall,
} from '../grpc/index.ts';
import { prepareInspection } from '../inspect/index.ts';
import {
  createMetrics,
  type Logger,
  openTraces,
  type Siblings,
  serveOperations,
  tracedCall,
} from '../telemetry/index.ts';
import { admitChecks } from './admission.ts';
import { rememberAssertions } from './assertion-memory.ts';
import { createAssertionSigner } from './assertion-signer.ts';
import { createAuthorizer } from './authorizer.ts';
import { createBodyExaminer } from './body/examiner.ts';
import { bodyRules } from './body/rules.ts';
import type { CheckRequest } from './check-request.ts';
import type { CheckResponse } from './check-response.ts';
import { type Closer, closeAll } from './closers.ts';
import { CHECK_CODEC } from './codec/index.ts';
import { AuthzError } from './errors.ts';
import { openFindingRecorder } from './findings/open.ts';
import { openIdentification } from './identification.ts';
import { startInspectionRules } from './inspection/live-rules.ts';
import { readKeyFile } from './key-file.ts';
import { createAuthzMetrics } from './metrics.ts';
import { compilePolicy } from './policy.ts';
import { describeResponse } from './span.ts';

export interface AuthzOptions {
  config: Pick<
    Config,
    | 'listen'
    | 'grpc'
    | 'redis'
    | 'envoy'
    | 'identity'
    | 'permissions'
    | 'routes'
    | 'inspection'
    | 'tiers'
    | 'model'
    | 'telemetry'
  >;
  logger: Logger;
  /** The processes that serve the same addresses. */
  siblings?: Siblings | undefined;
  /** Told of the inspection rules that come into force. */
  recordLoad?: RecordLoad;
}

export interface RunningAuthz {
  /** Where it listens, also where the configuration asks for any free port. */
  port: number;
  /** Of /health, /ready and /metrics. */
  httpPort: number;
  /** Lets running checks finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** Whether there are submissions whose texts are inspected. */
function inspects({ inspection: { enabled, policies } }: Pick<Config, 'inspection'>): boolean {
  return enabled || Object.values(policies).some((policy) => policy.enabled);
}

/** What a CheckRequest may have besides the body: Envoy's header limit is far below. */
const OVERHEAD_BYTES = 2 ** 20;
const SERVICE = 'envoy.service.auth.v3.Authorization';

/**
 * Starts the external authorization service: gRPC on listen.authz, and /health, /ready and /metrics on
 * listen.authzHttp. API keys and the blocklist are in Redis, which is needed only where one of them is switched on.
 * Any number of them may run.
 * @throws AuthzError invalid_key_file, cannot_listen; Error when no Redis is configured
 */
export async function startAuthz(options: AuthzOptions): Promise<RunningAuthz> {
  const closers: Closer[] = [];
  try {
    return await start(options, closers);
  } catch (error) {
    await closeAll(closers, 0);
    throw error;
  }
}

async function start(
  { config, logger, siblings, recordLoad }: AuthzOptions,
  closers: Closer[],
): Promise<RunningAuthz> {
  const { assertion, limits } = config.identity;
  const assertionKey = await readKeyFile(assertion.keyFile, 'identity.assertion.keyFile');
  const telemetry = await createMetrics();
  const metrics = createAuthzMetrics(telemetry);
  const traces = openTraces({ config, role: 'authz', logger, metrics: telemetry });
  closers.push(traces.close);
  const identification = await openIdentification({ config, metrics, logger, tracksUse: true, closers });
  const inspectionRules = await startInspectionRules({
    config: config.inspection,
    logger,
    onLoad: metrics.inspectionRulesRead,
    recordLoad,
  });
  closers.push(async () => inspectionRules.close());
  if (inspects(config)) prepareInspection();
  const examiner = createBodyExaminer({
    rules: bodyRules(config),
    inspectionRules: inspectionRules.current,
    onError: (error) =>
      logger.error({ code: 'examiner_crashed', err: error }, 'a thread for large bodies failed'),
  });
  closers.push(examiner.close);
  const findings = inspects(config)
    ? await openFindingRecorder({ config, metrics, logger, closers })
    : undefined;
  const authorize = createAuthorizer({
    ...identification,
    sign: rememberAssertions({
      sign: createAssertionSigner({ key: assertionKey, ttlMs: assertion.ttl.ms, now: Date.now }),
      metrics,
      ttlMs: assertion.ttl.ms,
      now: Date.now,
    }),
    policy: compilePolicy(config),
    examiner,
    trustedHops: config.envoy.trustedHops,
    logger,
    onDecision: metrics.decided,
    ...(findings && { onFinding: findings.record }),
  });
  let isListening = false;
  const operations = await serveOperations({
    setting: 'listen.authzHttp',
    ...config.listen.authzHttp,
    registry: telemetry.registry,
    siblings,
    isReady: () => isListening && identification.isReady(),
  });
  closers.push(operations.close);
  const server = await listen(config.listen.authz, {
    transport: config.grpc.transport,
    streaming: config.grpc.streaming.authz,
    services: [
      {
        name: SERVICE,
        proto: 'envoy/service/auth/v3/external_auth.proto',
        methods: {
          Check: {
            codec: CHECK_CODEC,
            handler: tracedCall<CheckRequest, UnaryCall, CheckResponse>(
              { tracer: traces.tracer, service: SERVICE, method: 'Check', describe: describeResponse },
              admitChecks(authorize, {
                maxConcurrentChecks: limits.maxConcurrentChecks,
                metrics,
                logger,
              }),
            ),
          },
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
  const { authz: streaming } = config.grpc.streaming;
  if (streaming !== undefined) {
    const streams = formatHostPort({ host: streaming.host, port: server.streamingPort ?? streaming.port });
    logger.info({ address: streams }, 'authz has health to be watched, and reflection');
  }
  const http = formatHostPort({ host: config.listen.authzHttp.host, port: operations.port });
  logger.info({ address: http }, 'authz answers HTTP');
  return {
    port: server.port,
    httpPort: operations.port,
    async close(graceMs) {
      isListening = false;
      await closeAll(closers, graceMs);
    },
  };
}

async function listen(
  address: { host: string; port: number },
  options: Omit<GrpcServerOptions, 'host' | 'port'>,
): Promise<GrpcServer> {
  try {
    return await serveUnary({ ...options, ...address });
  } catch (error) {
    if (error instanceof StreamingAddressError) {
      throw new AuthzError('cannot_listen', `grpc.streaming.authz: ${error.message}`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new AuthzError(
      'cannot_listen',
      `listen.authz ${formatHostPort(address)} cannot be used: ${reason}`,
    );
  }
}
