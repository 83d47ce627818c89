import { METRICS, type Metrics } from '../telemetry/index.ts';
import type { JobStore } from './store.ts';

/** Shows the queue whenever the metrics are read. While Redis is away nothing is shown, rather than an empty queue. */
export function watchQueue(
  metrics: Metrics,
  store: Pick<JobStore, 'depth' | 'get'>,
  now: () => number,
): void {
  // All three are asked for at once, and one look at the queue is for all of them.
  let looking: Promise<void> | undefined;
  const look = (): Promise<void> => {
    looking ??= showQueue().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const oldest = metrics.gauge(METRICS.jobsOldestWaitSeconds, look);
  const places = metrics.gauge(METRICS.jobsWorkerPlaces, look);
  const queued = metrics.gauge(METRICS.jobsQueued, look);

  async function showQueue(): Promise<void> {
    const state = await readQueue().catch(() => undefined);
    queued.reset();
    // Reset, a gauge without labels would say 0.
    oldest.remove();
    places.remove();
    if (state === undefined) return;
    for (const [place, count] of Object.entries(state.counts)) queued.set({ place }, count);
    places.set(state.places);
    oldest.set(state.oldestWaitMs / 1000);
  }

  async function readQueue() {
    const { waiting, delayed, running, workers, oldestWaiting } = await store.depth();
    const job = oldestWaiting === undefined ? undefined : await store.get(oldestWaiting);
    return {
      counts: { waiting, delayed, running },
      places: workers.reduce((sum, worker) => sum + worker.places, 0),
      oldestWaitMs: job === undefined ? 0 : Math.max(0, now() - Date.parse(job.createdAt)),
    };
  }
}
