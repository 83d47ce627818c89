import { expect, test } from 'vitest';
import { FetchError, type FetchRequest } from '../../http/index.ts';
import { ALERTS } from '../../telemetry/index.ts';
import { readPrometheusAlerts, unknownAlerts } from './prometheus.ts';

const ACTIVE = { activeAt: '2026-01-01T00:01:00.5Z', value: '2.5e+01' };
const RULES = {
  status: 'success',
  data: {
    groups: [
      {
        rules: [
          {
            name: 'GatehouseQueueDepth',
            state: 'firing',
            alerts: [{ ...ACTIVE, activeAt: '2026-01-01T00:09:00Z' }, ACTIVE],
          },
          { name: 'GatehouseBreakerOpen', state: 'inactive', alerts: [] },
          { name: 'SomebodyElses', state: 'firing', alerts: [ACTIVE] },
        ],
      },
    ],
  },
};

function ask(body: string | Error) {
  const asked: FetchRequest[] = [];
  const fetcher = {
    async fetch(request: FetchRequest) {
      asked.push(request);
      if (typeof body === 'string') return Buffer.from(body);
      throw body;
    },
    close: async () => {},
  };
  return { asked, alerts: readPrometheusAlerts(fetcher, 'http://prometheus:9090/', 500) };
}

test('alerts stand as Prometheus says; of those that it does not have nothing is known', async () => {
  const { asked, alerts } = ask(JSON.stringify(RULES));
  const states = (await alerts).map(({ name, state }) => [name, state]);
  expect(Object.fromEntries(states)).toEqual({
    ...Object.fromEntries(ALERTS.map(({ name }) => [name, 'unknown'])),
    ...{ GatehouseQueueDepth: 'firing', GatehouseBreakerOpen: 'ok' },
  });
  expect((await alerts).find(({ name }) => name === 'GatehouseQueueDepth')).toMatchObject({
    ...{ since: '2026-01-01T00:01:00.500Z', value: 25, threshold: 20 },
    runbook: 'docs/runbooks/queue-depth.md',
  });
  expect(asked[0]).toMatchObject({ url: 'http://prometheus:9090/api/v1/rules?type=alert', timeoutMs: 500 });
});

test.each([
  ['nothing', new FetchError('unreachable', 'nobody there')],
  ['no JSON', '<html>'],
  ['something else', '{"data":7}'],
])('%s is no answer', async (_what, body) => {
  await expect(ask(body).alerts).rejects.toThrow();
});

test('without an answer all are unknown', () => {
  expect(new Set(unknownAlerts().map(({ state }) => state))).toEqual(new Set(['unknown']));
});
