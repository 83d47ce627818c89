import { type Config, redisAddress } from '../config/index.ts';
import { consumeJobs, createRunMetrics } from '../jobs/index.ts';
import { createModelMetrics, openProvider, type Provider } from '../model/index.ts';
import { createTokenBudget, openLimitsClient } from '../ratelimit/index.ts';
import { logConnection, openRedis, redisKeys, watchCommands } from '../redis/index.ts';
import {
  createCommandMetrics,
  createMetrics,
  type Logger,
  METRICS,
  openTraces,
  serveOperations,
} from '../telemetry/index.ts';
import { showPlannedTokens, watchPool } from './metrics.ts';
import { createPool } from './pool.ts';

/** The role that runs jobs. */
export interface WorkerRole {
  sandbox: 'bubblewrap' | 'none';
  /** Who answers the model requests. */
  model: Provider['name'];
  /** Takes no more jobs, lets those that run finish within graceMs, gives the others back to the queue. */
  close(graceMs: number): Promise<void>;
}

/** For who reads the metrics while the role closes. */
const OPERATIONS_GRACE_MS = 500;
/** For the last spans; a collector that is away is not waited for. */
const TRACES_GRACE_MS = 2_000;

/**
 * Starts the worker role: jobs from the queue, run by the pool, with the provider's answers.
 * @throws PoolError, ModelError when it cannot work as configured
 */
export async function startWorker(options: { config: Config; logger: Logger }): Promise<WorkerRole> {
  // What is opened first is closed last.
  const opened = new AsyncDisposableStack();
  try {
    return await openWorker(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openWorker(
  { config, logger }: { config: Config; logger: Logger },
  opened: AsyncDisposableStack,
): Promise<WorkerRole> {
  const address = await redisAddress(config);
  const keys = redisKeys(config.redis.keyPrefix);
  const metrics = await createMetrics();
  const { tracer, ...traces } = openTraces({ config, role: 'worker', logger, metrics });
  opened.defer(() => traces.close(TRACES_GRACE_MS));
  const redis = openRedis(address, 'gatehouse-model');
  opened.defer(() => redis.disconnect());
  watchCommands(redis, createCommandMetrics(metrics)('gatehouse-model'));
  logConnection(redis, logger);
  const provider = await openProvider(config, process.env, logger.of('model'), {
    store: { redis, keys },
    metrics: createModelMetrics(metrics),
  });
  opened.defer(() => provider.close());
  const limits = await openLimitsClient(config, logger, 'worker', metrics);
  opened.defer(() => limits.close());
  const budget = createTokenBudget(limits, logger);
  opened.defer(() => budget.close());
  const promptLeaks = metrics.counter(METRICS.inspectionPromptLeaks);
  const onPromptLeak = () => promptLeaks.inc();
  const pool = await createPool({ config, logger, tracer, provider, budget, onPromptLeak });
  opened.defer(() => pool.close(0));
  watchPool(metrics, pool);
  showPlannedTokens(metrics, config);
  let isOpen = true;
  const operations = await serveOperations({
    setting: 'listen.workerHttp',
    ...config.listen.workerHttp,
    registry: metrics.registry,
    isReady: () => isOpen && redis.status === 'ready' && pool.canRun(),
  });
  opened.defer(() => operations.close(OPERATIONS_GRACE_MS));
  const consumer = consumeJobs(
    {
      ...{ address, config, logger, tracer, now: Date.now, availability: provider.availability },
      metrics: createRunMetrics(metrics),
    },
    pool.run,
  );
  return {
    sandbox: pool.sandbox,
    model: provider.name,
    async close(graceMs) {
      isOpen = false;
      pool.drain();
      await consumer.close(graceMs);
      await opened.disposeAsync();
    },
  };
}
