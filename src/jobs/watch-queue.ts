import { METRICS, type Metrics } from '../telemetry/index.ts';
import type { JobStore } from './store.ts';

/** Shows the queue whenever the metrics are read. While Redis is away nothing is shown, rather than an empty queue. */
export function watchQueue(
  metrics: Metrics,
  store: Pick<JobStore, 'depth' | 'get'>,
  now: () => number,
): void {
  const oldest = metrics.gauge(METRICS.jobsOldestWaitSeconds);
  const places = metrics.gauge(METRICS.jobsWorkerPlaces);
  const queued = metrics.gauge(METRICS.jobsQueued, async () => {
    for (const gauge of [oldest, places, queued]) gauge.reset();
    await showQueue().catch(() => {});
  });

  async function showQueue(): Promise<void> {
    const { waiting, delayed, running, workers, oldestWaiting } = await store.depth();
    for (const [place, count] of Object.entries({ waiting, delayed, running })) queued.set({ place }, count);
    places.set(workers.reduce((sum, worker) => sum + worker.places, 0));
    const job = oldestWaiting === undefined ? undefined : await store.get(oldestWaiting);
    oldest.set(job === undefined ? 0 : Math.max(0, now() - Date.parse(job.createdAt)) / 1000);
  }
}
