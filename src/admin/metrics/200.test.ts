import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import type { Family } from '../../telemetry/index.ts';
import type { ShownRole } from './read-all.ts';

const FAMILY: Family = {
  name: 'calls_total',
  type: 'counter',
  help: 'Calls',
  samples: [{ name: 'calls_total', labels: { role: 'api' }, value: 2 }],
};

function start() {
  const asked: (readonly ShownRole[] | undefined)[] = [];
  const read = async (roles: readonly ShownRole[] | undefined) => {
    asked.push(roles);
    return [FAMILY];
  };
  return { ...startTestAdmin({ metrics: { read } }), asked };
}

test('a viewer gets the metrics as Prometheus reads them', async () => {
  const answer = await start().call('/metrics', { token: VIEWER_TOKEN });
  expect([answer.status, answer.headers['content-type']]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(answer.text).toBe(
    '# HELP calls_total Calls\n# TYPE calls_total counter\ncalls_total{role="api"} 2\n',
  );
});

test('or as OpenMetrics, where that is asked for', async () => {
  const answer = await start().call('/metrics', { headers: { accept: 'application/openmetrics-text' } });
  expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(answer.text).toMatch(/# EOF\n$/);
});

test.each([
  ['', undefined],
  ['?role=api', ['api']],
  ['?role=api&role=admin', ['api', 'admin']],
])('/metrics%s is of the parts %s', async (query, roles) => {
  const { call, asked } = start();
  expect((await call(`/metrics${query}`)).status).toBe(200);
  expect(asked).toEqual([roles]);
});
