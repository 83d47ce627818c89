import type { JobStore } from '../jobs/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** How often jobs are looked for that have waited too long. */
const CHECK_MS = 2_000;

/** Ends jobs that wait too long for a worker, whether or not there is one. @returns what stops it */
export function startExpiry(store: Pick<JobStore, 'expire'>, logger: Logger): () => void {
  const timer = setInterval(() => {
    store.expire().then(
      (count) => {
        if (count > 0) logger.warn({ code: 'expired_in_queue', count }, 'jobs waited too long for a worker');
      },
      () => {}, // Redis is away, which the store's own connection tells of.
    );
  }, CHECK_MS);
  return () => clearInterval(timer);
}
