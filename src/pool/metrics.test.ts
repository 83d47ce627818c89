import { expect, test } from 'vitest';
import { createMetrics } from '../telemetry/index.ts';
import { watchPool } from './metrics.ts';

test('the metrics show what the pool does when they are read', async () => {
  const metrics = await createMetrics();
  const stats = {
    running: 1,
    waiting: 2,
    jobs: { reused: 3, plain: 4, unopened: 5, cold: 6 },
    warmStarts: 7,
    recycles: { age: 8 },
  };
  watchPool(metrics, { stats: () => stats });
  await metrics.registry.metrics();
  stats.jobs.reused = 30;
  const text = await metrics.registry.metrics();
  for (const line of [
    'gatehouse_pool_running 1',
    'gatehouse_pool_waiting_workers 2',
    'gatehouse_pool_jobs_total{origin="reused"} 30',
    'gatehouse_pool_jobs_total{origin="cold"} 6',
    'gatehouse_pool_warm_starts_total 7',
    'gatehouse_pool_recycles_total{reason="age"} 8',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});
