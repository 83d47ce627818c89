import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METRICS, type MetricDefinition, parseExposition } from '../../src/telemetry/index.ts';
import { send } from '../support/http.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { findPrometheus, NO_PROMETHEUS } from '../support/prometheus.ts';
import { startTestPrometheus, type TestPrometheus } from '../support/prometheus-server.ts';
import { until } from '../support/until.ts';

const SCRAPED_MS = 60_000;
/** All of them one after the other, on a slow machine. */
const ALL_SCRAPED_MS = 240_000;
/** One that runs, and one more than may wait before somebody is told. */
const JOBS = 22;

let up: Installation;
let tokenFile: string;
let token: string;
let key: string;

beforeAll(async () => {
  up = await startInstallation({
    set: ['pool.workers=1', 'serve.workers.authz=2', 'telemetry.metrics.tokensPerHour=1000000'],
  });
  tokenFile = join(up.dataDir, 'secrets/admin.token');
  token = (await readFile(tokenFile, 'utf8')).trim();
  key = await up.createKey('service-a', 'enterprise');
});
afterAll(() => up?.close());

const submit = (prompt: string, from = '127.0.0.1') =>
  send(up.url, {
    method: 'POST',
    path: '/claude/invoke',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt }),
    contentLength: true,
    from,
  });

async function installationPage(accept = 'text/plain'): Promise<string> {
  const answer = await fetch(`http://${up.listen.admin}/metrics`, {
    headers: { authorization: `Bearer ${token}`, accept },
  });
  expect(answer.status).toBe(200);
  return answer.text();
}

describe('what each role tells', () => {
  test.each([
    ['authz', 'authzHttp'],
    ['ratelimit', 'ratelimitHttp'],
    ['api', 'apiHttp'],
    ['worker', 'workerHttp'],
  ] as const)('%s: every metric of its own that docs/metrics.md has, and no other', async (role, listen) => {
    const text = await (await fetch(`http://${up.listen[listen]}/metrics`)).text();
    const shown = [...text.matchAll(/^# TYPE (gatehouse_\S+) (\w+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    const all: MetricDefinition[] = Object.values(METRICS);
    const documented = all
      .filter(({ roles, name }) => {
        // Of one process there is no number to tell.
        const needsSeveral = name.startsWith('gatehouse_serve_');
        return roles.includes(role) && (!needsSeveral || role === 'authz');
      })
      .map(({ name, type }) => `${name} ${type}`);
    expect(shown.sort()).toEqual(documented.sort());
  });

  test('samples have the labels that docs/metrics.md has', async () => {
    await submit('stand-in: say hello');
    const byName = new Map<string, MetricDefinition>(Object.values(METRICS).map((each) => [each.name, each]));
    for (const { name, samples } of parseExposition(await installationPage())) {
      const definition = byName.get(name);
      if (definition === undefined) continue;
      const known = new Set<string>([...definition.labels, 'le', 'role', 'instance']);
      for (const { labels } of samples) {
        expect(
          Object.keys(labels).filter((label) => !known.has(label)),
          name,
        ).toEqual([]);
      }
    }
  });
});

test("the admin role's page has every part, and callers' requests under the guide's names", async () => {
  expect((await send(up.url, { path: '/claude/jobs' })).status).toBe(401);
  await until(
    async () =>
      /^claude_requests_total\{status="401",method="GET",route="jobs",role="envoy",.*\} /m.test(
        await installationPage(),
      ),
    'the refusal is counted',
  );
  const text = await installationPage();
  expect(text).toMatch(/^claude_active_connections\{role="envoy",instance=".*"\} \d+$/m);
  expect(
    [...text.matchAll(/^gatehouse_metrics_source_up\{role="(\w+)",.*\} (\d)$/gm)].map(([, role, is]) => [
      role,
      is,
    ]),
  ).toEqual([
    ['envoy', '1'],
    ['authz', '1'],
    ['ratelimit', '1'],
    ['api', '1'],
    ['worker', '1'],
  ]);
});

test('as OpenMetrics it has each family once, and an end', async () => {
  const openMetrics = await installationPage('application/openmetrics-text');
  expect(openMetrics).toMatch(/# EOF\n$/);
  const names = [...openMetrics.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe('a real Prometheus', () => {
  let prometheus: TestPrometheus | undefined;
  afterAll(() => prometheus?.close());

  test('scrapes everything, and tells when too many jobs wait', {
    timeout: ALL_SCRAPED_MS,
  }, async (context) => {
    if (findPrometheus() === undefined) return context.skip(NO_PROMETHEUS);
    prometheus = await startTestPrometheus({ address: up.listen.admin ?? '', tokenFile });
    const { query, firing, exemplars } = prometheus;
    await until(async () => (await query('up{job="gatehouse"} == 1')).length === 1, 'it scrapes', SCRAPED_MS);
    const roles = async () => (await query('gatehouse_metrics_source_up')).map(({ labels }) => labels.role);
    await until(async () => (await roles()).length === 5, 'every part is there', SCRAPED_MS);
    expect(await firing()).not.toContain('GatehouseQueueDepth');

    // More than the edge takes from one address at once.
    const answers = await Promise.all(
      Array.from({ length: JOBS }, (_, index) => submit('stand-in: delay 90s', `127.0.0.${2 + (index % 4)}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(JOBS).fill(202));
    await until(async () => (await firing()).includes('GatehouseQueueDepth'), 'the alert fires', SCRAPED_MS);
    expect((await query('max(gatehouse_jobs_queued{place="waiting"})'))[0]?.value).toBeGreaterThan(20);
    expect(await firing()).not.toContain('GatehouseNoWorkerReady');
    const [requests] = await query('sum(claude_requests_total{route="invoke",status="202"})');
    expect(requests?.value).toBeGreaterThanOrEqual(JOBS);
    await until(
      async () =>
        (await exemplars('gatehouse_jobs_wait_seconds_bucket')).some((id) => /^[0-9a-f]{32}$/.test(id)),
      "a job's trace is kept with its wait",
      SCRAPED_MS,
    );
  });
});
