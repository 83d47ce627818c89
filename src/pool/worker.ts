import { type Config, redisAddress } from '../config/index.ts';
import { consumeJobs } from '../jobs/index.ts';
import { openProvider, type Provider } from '../model/index.ts';
import { createTokenBudget, openLimitsClient } from '../ratelimit/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createPool } from './pool.ts';

/** The role that runs jobs. */
export interface WorkerRole {
  sandbox: 'bubblewrap' | 'none';
  /** Who answers the model requests. */
  model: Provider['name'];
  /** Takes no more jobs, lets those that run finish within graceMs, gives the others back to the queue. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the worker role: jobs from the queue, run by the pool, with the provider's answers.
 * @throws PoolError, ModelError when it cannot work as configured
 */
export async function startWorker(options: { config: Config; logger: Logger }): Promise<WorkerRole> {
  const { config, logger } = options;
  const address = await redisAddress(config);
  const provider = await openProvider(config, process.env, logger);
  const limits = await openLimitsClient(config, logger, 'worker').catch(async (error: unknown) => {
    await provider.close();
    throw error;
  });
  const budget = createTokenBudget(limits, logger);
  const pool = await createPool({ config, logger, provider, budget }).catch(async (error: unknown) => {
    await budget.close();
    await limits.close();
    await provider.close();
    throw error;
  });
  const consumer = consumeJobs(
    { address, config, logger, now: Date.now, availability: provider.availability },
    pool.run,
  );
  return {
    sandbox: pool.sandbox,
    model: provider.name,
    async close(graceMs) {
      pool.drain();
      await consumer.close(graceMs);
      await pool.close(0);
      await budget.close();
      await limits.close();
      await provider.close();
    },
  };
}
