import type { JobStore } from '../jobs/index.ts';
import type { Logger } from '../telemetry/index.ts';

const EVERY_MS = 2_000;

/**
 * Ends jobs that wait too long for a worker, whether or not there is one, and tells of those that operators ended.
 * @returns what stops it
 */
export function startTending(store: Pick<JobStore, 'expire' | 'tellLeftEnds'>, logger: Logger): () => void {
  const timer = setInterval(() => {
    tend().catch(() => {}); // Redis is away, which the store's own connection tells of.
  }, EVERY_MS);

  async function tend(): Promise<void> {
    const [count] = await Promise.all([store.expire(), store.tellLeftEnds()]);
    if (count > 0) logger.warn({ code: 'expired_in_queue', count }, 'jobs waited too long for a worker');
  }
  return () => clearInterval(timer);
}
