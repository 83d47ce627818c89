import { createAssertionVerifier, readKeyFile } from '../authz/index.ts';
import { type Config, formatHostPort, redisAddress } from '../config/index.ts';
import { type ListeningServer, listen } from '../http/index.ts';
import { createSubmissionMetrics, openJobStore, watchQueue } from '../jobs/index.ts';
import { builtPages } from '../pages/index.ts';
import { createStreamPlaces, openLimitsClient } from '../ratelimit/index.ts';
import {
  createCommandMetrics,
  createMetrics,
  type Logger,
  openTraces,
  type Siblings,
  serveOperations,
} from '../telemetry/index.ts';
import { createApi } from './app.ts';
import { countOpenStreams } from './open-streams.ts';
import { startTending } from './tending.ts';

export interface StartApiOptions {
  config: Config;
  logger: Logger;
  /** The processes that serve the same addresses. */
  siblings?: Siblings | undefined;
}

export interface RunningApi extends ListeningServer {
  /** Of /health, /ready and /metrics for operators. */
  httpPort: number;
  /** Ends streams at once and waits after envoy.drainTimeout; requests are answered as before. */
  drain(): void;
  /** Stops accepting, ends waits and streams, lets requests finish within graceMs, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** For the last spans; a collector that is away is not waited for. */
const TRACES_GRACE_MS = 2_000;
/** For who reads the metrics while the role closes. */
const OPERATIONS_GRACE_MS = 500;

/**
 * Starts the HTTP API on listen.api, and /health, /ready and /metrics for operators on listen.apiHttp. Any number of them may run on one Redis.
 * @throws an Error that says what to do where the address cannot be used, or the key file or Redis's address is missing
 */
export async function startApi(options: StartApiOptions): Promise<RunningApi> {
  // What is opened first is closed last.
  const opened = new AsyncDisposableStack();
  try {
    return await openApi(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openApi(
  { config, logger, siblings }: StartApiOptions,
  opened: AsyncDisposableStack,
): Promise<RunningApi> {
  const key = await readKeyFile(config.identity.assertion.keyFile, 'identity.assertion.keyFile');
  const address = await redisAddress(config);
  const metrics = await createMetrics();
  const { tracer, ...traces } = openTraces({ config, role: 'api', logger, metrics });
  opened.defer(() => traces.close(TRACES_GRACE_MS));
  const store = await openJobStore({
    ...{ address, config, logger, now: Date.now },
    telling: { tracer, metrics: createSubmissionMetrics(metrics) },
    commandMetrics: createCommandMetrics(metrics),
  });
  opened.defer(() => store.close());
  watchQueue(metrics, store, Date.now);
  const limits = await openLimitsClient(config, logger, 'api', metrics);
  opened.defer(() => limits.close());
  const streams = countOpenStreams(createStreamPlaces(limits), metrics);
  const verify = createAssertionVerifier({ key, now: Date.now });
  const draining = new AbortController();
  const app = createApi({
    ...{ config, store, verify, streams, logger, tracer, now: Date.now },
    draining: draining.signal,
    page: builtPages('caller'),
  });
  const { host } = config.listen.api;
  const server = await listen(app, { setting: 'listen.api', ...config.listen.api });
  opened.defer(() => server.close(0));
  const operations = await serveOperations({
    setting: 'listen.apiHttp',
    ...config.listen.apiHttp,
    registry: metrics.registry,
    siblings,
    isReady: () =>
      store.ping().then(
        () => !draining.signal.aborted,
        () => false,
      ),
  });
  opened.defer(() => operations.close(OPERATIONS_GRACE_MS));
  logger.info({ address: formatHostPort({ host, port: server.port }) }, 'the api listens');
  const http = formatHostPort({ host: config.listen.apiHttp.host, port: operations.port });
  logger.info({ address: http }, "the api's metrics are served");
  opened.defer(startTending(store, logger));
  return {
    port: server.port,
    httpPort: operations.port,
    drain: () => draining.abort(),
    async close(graceMs) {
      await server.close(graceMs);
      await opened.disposeAsync();
    },
  };
}
