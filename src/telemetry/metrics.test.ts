import { expect, test } from 'vitest';
import { METRICS } from './metric-names.ts';
import { createMetrics } from './metrics.ts';

test('what a tally counted is shown once it is read, again and again, and nothing that never happened', async () => {
  const { registry, tally } = await createMetrics();
  const count = tally(METRICS.authzKeyLookups);
  const memory = count({ source: 'memory' });
  count({ source: 'store' });
  const shown = async () =>
    (await registry.getSingleMetricAsString(METRICS.authzKeyLookups.name))
      .split('\n')
      .filter((line) => !line.startsWith('#'));
  expect(await shown()).toEqual([]);
  memory.total += 2;
  for (const read of [1, 2]) {
    expect(await shown(), `read ${read}`).toEqual(['gatehouse_authz_key_lookups_total{source="memory"} 2']);
  }
  memory.total += 3;
  expect(await shown()).toEqual(['gatehouse_authz_key_lookups_total{source="memory"} 5']);
});
