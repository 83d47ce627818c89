import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { FetchError, type FetchRequest } from '../../http/index.ts';
import { createMetrics, type Family, METRICS, type Sample } from '../../telemetry/index.ts';
import { createInstallationMetrics, type ShownRole } from './read-all.ts';
import { metricsSources } from './sources.ts';

const PAGES: Record<string, string> = {
  '127.0.0.1:9002/metrics': 'process_cpu_seconds_total 3\n',
  '127.0.0.1:9004/metrics':
    '# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total 4\n# TYPE w_seconds histogram\nw_seconds_bucket{le="1"} 1 # {trace_id="ab"} 0.5\n# EOF\n',
  '127.0.0.1:9902/stats/prometheus': [
    '# TYPE envoy_claude_requests_total counter',
    'envoy_claude_requests_total{status="200",method="GET",route="jobs"} 5',
    '# TYPE envoy_claude_request_duration_seconds histogram',
    'envoy_claude_request_duration_seconds_bucket{status="200",le="0.5"} 5',
    '# TYPE envoy_http_downstream_cx_active gauge',
    'envoy_http_downstream_cx_active{envoy_http_conn_manager_prefix="ingress"} 7',
    '# TYPE envoy_cluster_upstream_rq_total counter',
    'envoy_cluster_upstream_rq_total{envoy_cluster_name="api"} 9',
  ].join('\n'),
};

async function readAll({
  set = [],
  roles,
  times = 1,
}: {
  set?: string[];
  roles?: ShownRole[];
  times?: number;
} = {}) {
  const asked: FetchRequest[] = [];
  const own = await createMetrics();
  own.counter(METRICS.serveWorkerRestarts).inc();
  const metrics = createInstallationMetrics({
    sources: metricsSources(loadConfig({ dataDir: '/data', cwd: '/', set })),
    own: () => own.registry.getMetricsAsJSON(),
    now: () => 0,
    fetcher: {
      async fetch(request) {
        asked.push(request);
        const { host, pathname } = new URL(request.url);
        const page = PAGES[host + pathname];
        if (page === undefined) throw new FetchError('unreachable', 'nobody there');
        return Buffer.from(page);
      },
      close: async () => {},
    },
  });
  const [families = []] = await Promise.all(Array.from({ length: times }, () => metrics.read(roles)));
  return { asked, families, samples: (name: string) => samplesOf(families, name) };
}

function samplesOf(families: Family[], name: string): readonly Sample[] {
  return families.find((family) => family.name === name)?.samples ?? [];
}

describe('the metrics of all parts', () => {
  test('are one page, each family once, and each sample says whose it is', async () => {
    const { families, samples } = await readAll();
    expect(samples('process_cpu_seconds_total').map(({ labels, value }) => [labels, value])).toEqual([
      [{ role: 'authz', instance: '127.0.0.1:9002' }, 3],
      [{ role: 'api', instance: '127.0.0.1:9004' }, 4],
      [{ role: 'admin' }, expect.any(Number)],
    ]);
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  });

  test("have callers' requests under the guide's names, and the rest of Envoy's under its own", async () => {
    const { samples } = await readAll();
    const of = { role: 'envoy', instance: '127.0.0.1:9902' };
    expect(samples('claude_requests_total')).toEqual([
      {
        name: 'claude_requests_total',
        labels: { status: '200', method: 'GET', route: 'jobs', ...of },
        value: 5,
      },
    ]);
    expect(samples('claude_request_duration_seconds')).toMatchObject([
      { name: 'claude_request_duration_seconds_bucket', labels: { le: '0.5' } },
    ]);
    expect(samples('claude_active_connections')).toEqual([
      { name: 'claude_active_connections', labels: of, value: 7 },
    ]);
    expect(samples('envoy_cluster_upstream_rq_total')).toMatchObject([{ value: 9 }]);
  });

  test('keep exemplars', async () => {
    const { samples } = await readAll();
    expect(samples('w_seconds')).toMatchObject([{ exemplar: { labels: { trace_id: 'ab' } } }]);
  });

  test('say which part could not be read, and have all others', async () => {
    const { samples } = await readAll();
    expect(samples('gatehouse_metrics_source_up').map(({ labels, value }) => [labels.role, value])).toEqual([
      ['envoy', 1],
      ['authz', 1],
      ['ratelimit', 0],
      ['api', 1],
      ['worker', 0],
    ]);
  });

  test('are asked for only where they are wanted', async () => {
    const { asked, families } = await readAll({ roles: ['authz'] });
    expect(asked.map(({ url }) => url)).toEqual(['http://127.0.0.1:9002/metrics']);
    expect(families.map(({ name }) => name)).toEqual([
      'process_cpu_seconds_total',
      'gatehouse_metrics_source_up',
    ]);
  });

  test('are read once for all who ask at about the same time', async () => {
    const { asked } = await readAll({ times: 3 });
    expect(asked).toHaveLength(5);
  });

  test('come from each host that the configuration names', async () => {
    const { asked } = await readAll({
      set: [
        'telemetry.metrics.sources.worker=["worker-1:9003","worker-2:9003"]',
        'listen.apiHttp=0.0.0.0:9004',
      ],
      roles: ['worker', 'api'],
    });
    expect(asked.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:9004/metrics',
      'http://worker-1:9003/metrics',
      'http://worker-2:9003/metrics',
    ]);
  });
});
