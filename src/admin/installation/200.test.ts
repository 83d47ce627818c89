import { expect, test } from 'vitest';
import { startTestAdmin, VIEWER_TOKEN } from '../../../test/support/admin.ts';
import { FetchError, type FetchRequest } from '../../http/index.ts';
import type { Redis } from '../../redis/index.ts';
import type { Collector } from '../collect/collector.ts';
import type { Health, Overview } from '../contract.ts';
import { createSurvey } from './survey.ts';

const SOURCES = (['envoy', 'authz', 'worker'] as const).map((role, index) => {
  const instance = `127.0.0.1:${9001 + index}`;
  return { role, instance, url: `http://${instance}/metrics` };
});
const ADDRESS = { host: '127.0.0.1', port: 9900 };
const collector = {
  latest: async () => ({ overview: { sources: [], providers: null } as unknown as Overview, alerts: [] }),
  told: () => [],
  redis: () => undefined,
} as Pick<Collector, 'latest' | 'told' | 'redis'>;

async function health(answers: Record<string, string | FetchError>, redis: Partial<Redis>): Promise<Health> {
  const survey = createSurvey({
    config: { listen: { admin: ADDRESS, envoyAdmin: { host: '0.0.0.0', port: 9901 } } as never },
    ...{ sources: SOURCES, collector },
    fetcher: {
      async fetch({ url }: FetchRequest) {
        const answer = answers[url.replace('http://127.0.0.1:', '').replace(/[?].*$/, '')];
        if (typeof answer === 'string') return Buffer.from(answer);
        throw answer ?? new FetchError('unreachable', `${url} cannot be reached: ECONNREFUSED`);
      },
      close: async () => {},
    },
    redis: redis as Redis,
  });
  const answer = await startTestAdmin({ survey }).call('/api/health', { token: VIEWER_TOKEN });
  expect(answer.status).toBe(200);
  return answer.json() as unknown as Health;
}

test('every part says how it is', async () => {
  const told = await health(
    {
      '9001/stats/prometheus': 'envoy_server_live 1',
      '9002/ready': '{}',
      '9003/ready': new FetchError('unexpected_status', 'status 503', { status: 503 }),
      '9901/server_info': '{"version":"abc/1.40.0/Clean/RELEASE/BoringSSL"}',
      '9901/clusters': '{"cluster_statuses":[]}',
    },
    { info: async () => 'redis_version:7.2.4\r\nused_memory:5\r\n' } as Partial<Redis>,
  );
  expect(told.parts.map(({ part, address, state, version }) => [part, address, state, version])).toEqual([
    ['envoy', '127.0.0.1:9001', 'ok', '1.40.0'],
    ['authz', '127.0.0.1:9002', 'ok', null],
    ['worker', '127.0.0.1:9003', 'degraded', null],
    ['admin', '127.0.0.1:9900', 'ok', expect.stringMatching(/^\d/)],
    ['redis', '', 'ok', '7.2.4'],
  ]);
  expect(told.versions).toMatchObject({ node: process.version, envoy: '1.40.0', redis: '7.2.4' });
  expect(told.envoyHosts).toEqual([]);
});

test('what is away is said to be, and why, and keeps nothing else from being told', async () => {
  const away = { info: () => Promise.reject(new Error('Connection is closed.')) } as Partial<Redis>;
  const told = await health({ '9002/ready': '{}' }, away);
  expect(told.parts.map(({ state }) => state)).toEqual(['down', 'ok', 'down', 'ok', 'down']);
  expect(told.parts[0]?.reason).toContain('ECONNREFUSED');
  expect(told).toMatchObject({ envoyHosts: null, redis: null, versions: { envoy: null, redis: null } });
});
