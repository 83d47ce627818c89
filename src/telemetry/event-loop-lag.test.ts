import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { createLagWindow, type LagMonitor } from './event-loop-lag.ts';
import { createMetrics } from './metrics.ts';
import { sumMetrics } from './siblings.ts';

/** Sees what it is told of until it is reset. */
class Seen implements LagMonitor {
  seen: number[] = [];
  mean = 0;
  get count() {
    return this.seen.length;
  }
  get max() {
    return Math.max(0, ...this.seen);
  }
  percentile = () => this.max;
  reset = () => {
    this.seen = [];
  };
}

test('what happened is told for a whole turn at least, for two at most, and to every reader', () => {
  const monitors: Seen[] = [];
  const window = createLagWindow(() => {
    const monitor = new Seen();
    monitors.push(monitor);
    return monitor;
  });
  for (const monitor of monitors) monitor.seen.push(7);
  const shown = [];
  for (let turn = 0; turn < 3; turn += 1) {
    shown.push([window.current().max, window.current().max]);
    window.turn();
  }
  expect(shown).toEqual([
    [7, 7],
    [7, 7],
    [0, 0],
  ]);
});

test('two who read at the same time are told of the same stall', async () => {
  const { registry } = await createMetrics();
  const lagS = async () => {
    const metric = (await registry.getMetricsAsJSON()).find(
      ({ name }) => name === 'nodejs_eventloop_lag_max_seconds',
    );
    return (metric as { values: { value: number }[] }).values[0]?.value ?? 0;
  };
  await until(async () => (await lagS()) > 0, 'the event loop is followed');
  const stalledUntil = performance.now() + 300;
  while (performance.now() < stalledUntil);
  await until(async () => (await lagS()) >= 0.25, 'the stall is seen');
  expect(await lagS()).toBeGreaterThanOrEqual(0.25);
});

test('of several processes the latest one is told', async () => {
  const report = async (value: number) => {
    const { registry } = await createMetrics();
    const [lag, ...rest] = (await registry.getMetricsAsJSON()).filter(
      ({ name }) => name === 'nodejs_eventloop_lag_p99_seconds',
    );
    expect(rest).toEqual([]);
    return [{ ...lag, values: [{ value, labels: {} }] }] as Awaited<
      ReturnType<typeof registry.getMetricsAsJSON>
    >;
  };
  const [sum] = await sumMetrics([await report(0.5), await report(0.01)]);
  expect(sum).toMatchObject({ values: [{ value: 0.5 }] });
});
