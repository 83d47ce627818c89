import { expect, test } from 'vitest';
import { familiesOf } from './exposition/report.ts';
import type { MetricDefinition } from './metric-names.ts';
import { createMetrics } from './metrics.ts';
import { sumMetrics } from './siblings.ts';

const DEFINITION: MetricDefinition<'way', 'histogram'> = {
  name: 'gatehouse_test_seconds',
  type: 'histogram',
  roles: ['api'],
  help: 'how long',
  labels: ['way'],
};
const BOUNDS_S = [0.001, 0.01, 0.1];
const OBSERVED_S = [0.0005, 0.001, 0.002, 0.05, 7];

async function samples(read: () => Promise<Parameters<typeof familiesOf>[0]>) {
  const family = familiesOf(await read()).find(({ name }) => name === DEFINITION.name);
  return family?.samples.map(({ name, labels, value }) => [
    name.replace(DEFINITION.name, ''),
    labels.le,
    value,
  ]);
}

test("a timing says the same as the library's histogram", async () => {
  const [ours, theirs] = [await createMetrics(), await createMetrics()];
  const timing = ours.timing(DEFINITION, BOUNDS_S)({ way: 'there' });
  const histogram = theirs.histogram(DEFINITION, BOUNDS_S);
  for (const seconds of OBSERVED_S) {
    timing.observe(seconds);
    histogram.observe({ way: 'there' }, seconds);
  }
  const said = await samples(() => ours.registry.getMetricsAsJSON());
  expect(said).toEqual(await samples(() => theirs.registry.getMetricsAsJSON()));
  expect(said).toContainEqual(['_bucket', '0.001', 2]);
});

test('timings of several processes are summed up', async () => {
  const reports = await Promise.all(
    [1, 2].map(async (times) => {
      const { registry, timing } = await createMetrics();
      const observe = timing(DEFINITION, BOUNDS_S)({ way: 'there' });
      for (let time = 0; time < times; time++) observe.observe(0.05);
      return registry.getMetricsAsJSON();
    }),
  );
  expect(await samples(() => sumMetrics(reports))).toContainEqual(['_count', undefined, 3]);
});

test('a trace stays with the bucket that it was counted in, also where several processes are summed up', async () => {
  const { registry, timing } = await createMetrics();
  const observed = timing(DEFINITION, BOUNDS_S)({ way: 'there' });
  observed.observe(0.05, 'ab'.repeat(16));
  observed.observe(0.002);
  const report = await registry.getMetricsAsJSON();
  for (const read of [report, await sumMetrics([report, report])]) {
    const withTrace = familiesOf(read)
      .flatMap((family) => family.samples)
      .filter(({ exemplar }) => exemplar !== undefined);
    expect(withTrace).toMatchObject([
      { labels: { le: '0.1' }, exemplar: { labels: { trace_id: 'ab'.repeat(16) }, value: 0.05 } },
    ]);
  }
});
