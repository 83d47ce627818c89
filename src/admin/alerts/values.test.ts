import { describe, expect, test } from 'vitest';
import { Measurements } from '../collect/measurements.ts';
import type { CounterName, GaugeName } from '../collect/reading.ts';
import type { RedisReading } from '../collect/redis-reading.ts';
import { ALERT_VALUES, type AlertFacts } from './values.ts';

const NOW_MS = 10_000_000;

/** What was counted within the last minute, and what is now. */
function facts({
  counted = {},
  gauges = {},
  queue,
  parts = [],
}: {
  counted?: Partial<Record<CounterName, number>>;
  gauges?: Partial<Record<GaugeName, number>>;
  queue?: { waiting: number; running: number };
  parts?: boolean[];
}): AlertFacts {
  const measured = new Measurements({ sinceMs: NOW_MS - 60_000, stepMs: 10_000, keepMs: 3_600_000 });
  const reading = {
    ...{ instance: 'a', startedAtMs: NOW_MS },
    counters: new Map(Object.entries(counted) as [CounterName, number][]),
    gauges: new Map(Object.entries(gauges) as [GaugeName, number][]),
  };
  measured.take([reading], NOW_MS);
  return { measured, redis: queue && ({ queue } as unknown as RedisReading), parts };
}
const value = (name: string, of: Parameters<typeof facts>[0]) => ALERT_VALUES[name]?.(facts(of));

describe('the value of', () => {
  test.each<[string, Parameters<typeof facts>[0], number | undefined]>([
    ['GatehouseServerErrors', { counted: { requests: 200, serverErrors: 3 } }, 0.015],
    ['GatehouseServerErrors', { counted: { requests: 0, serverErrors: 0 } }, 0],
    ['GatehouseServerErrors', {}, undefined],
    [
      'GatehouseSlowRequests',
      { counted: { requests: 10, 'duration:60': 0, 'duration:120': 10, 'duration:+Inf': 10 } },
      117,
    ],
    ['GatehouseSlowRequests', { counted: { requests: 0 } }, 0],
    ['GatehouseSlowRequests', {}, undefined],
    ['GatehouseQueueDepth', { queue: { waiting: 21, running: 2 } }, 21],
    ['GatehouseQueueDepth', {}, undefined],
    ['GatehouseNoWorkerReady', { queue: { waiting: 1, running: 0 } }, 1],
    ['GatehouseNoWorkerReady', { queue: { waiting: 1, running: 1 } }, 0],
    ['GatehouseNoWorkerReady', { queue: { waiting: 0, running: 0 } }, 0],
    ['GatehouseTokensPerHour', { counted: { tokens: 500 }, gauges: { plannedTokensPerHour: 400 } }, 1.25],
    ['GatehouseTokensPerHour', { counted: { tokens: 500 } }, 0],
    ['GatehouseLimitedConsumers', { gauges: { limitedConsumers: 2 } }, 2],
    ['GatehouseUpstreamErrors', { counted: { modelRequests: 50, modelFailures: 1 } }, 0.02],
    ['GatehouseBreakerOpen', { gauges: { breakerState: 2 } }, 2],
    ['GatehouseStreamCapacity', { gauges: { apiRequests: 90, apiRequestsLeft: 10 } }, 0.9],
    ['GatehouseStreamCapacity', { gauges: { apiRequests: 90 } }, undefined],
    ['GatehousePromptRejections', { counted: { verdicts: 1000, rejections: 2 } }, 0.002],
    ['GatehouseRedisFallback', { counted: { ratelimitStoreFailures: 30, authzStoreFailures: 30 } }, 1],
    ['GatehouseRedisFallback', { counted: { authzStoreFailures: 0 } }, 0],
    ['GatehouseEventLoopLag', { gauges: { eventLoopLagS: 0.3 } }, 0.3],
    ['GatehousePartDown', { parts: [true, false] }, 1],
    ['GatehousePartDown', { parts: [true, true] }, 0],
    ['GatehousePartDown', {}, undefined],
  ])('%s with %j is %j', (name, of, expected) => {
    const got = value(name, of);
    if (expected === undefined) expect(got).toBeUndefined();
    else expect(got).toBeCloseTo(expected);
  });
});
