import { expect, test } from 'vitest';
import { readEnvoyHosts } from './envoy-hosts.ts';

const clusters = (health: object, more: object = {}) =>
  JSON.stringify({
    cluster_statuses: [
      {
        name: 'api',
        host_statuses: [
          {
            address: { socket_address: { address: '127.0.0.1', port_value: 9000 } },
            stats: [{ name: 'rq_total', value: '7' }, { name: 'rq_error' }],
            health_status: health,
            ...more,
          },
        ],
      },
      { name: 'envoy-admin', host_statuses: [] },
      { name: 'empty' },
    ],
  });

test('a host has its address, what it was asked and how often that failed', () => {
  expect(readEnvoyHosts(clusters({ eds_health_status: 'HEALTHY' }, { priority: 1 }))).toEqual([
    {
      ...{ cluster: 'api', address: '127.0.0.1:9000', state: 'healthy', flags: [], priority: 1 },
      ...{ requests: 7, errors: 0 },
    },
  ]);
});

test.each([
  ['unhealthy', { failed_active_health_check: true, eds_health_status: 'HEALTHY' }],
  ['unhealthy', { eds_health_status: 'UNHEALTHY' }],
  ['ejected', { failed_outlier_check: true }],
  ['unknown', { pending_active_hc: true }],
  ['degraded', { failed_active_degraded_check: true }],
  ['healthy', {}],
] as const)('it is %s: %j', (state, health) => {
  const [host] = readEnvoyHosts(clusters(health));
  expect(host?.state).toBe(state);
  expect(host?.flags).toEqual(Object.keys(health).filter((flag) => flag !== 'eds_health_status'));
});

test.each(['', '{}x', '{"cluster_statuses":7}'])('%j is something else', (json) => {
  expect(() => readEnvoyHosts(json)).toThrow();
});
