import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ALERTS, alertRules } from '../../src/telemetry/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { findPrometheus, NO_PROMETHEUS, promtool } from '../support/prometheus.ts';

const RULES = join(ROOT, 'deploy/prometheus/gatehouse-alerts.yaml');

/** Series and their values, one a minute, as `promtool test rules` writes them: `0+5x60` is 0, 5, 10 ... for an hour. */
type Series = Record<string, string>;
interface Case {
  what: string;
  series: Series;
  /** How many alerts fire after an hour. */
  fire: number;
}

const counted = (total: number, failed: number, name: string, failure: string, success: string): Series => ({
  [`${name}{${success}}`]: `0+${total - failed}x90`,
  [`${name}{${failure}}`]: `0+${failed}x90`,
});
/** So many a minute, and nothing else. */
const failing = (name: string, failure: string, perMinute: number): Series => ({
  [`${name}{${failure}}`]: `0+${perMinute}x90`,
});
/** One each so many minutes, and one a minute that does not fail. */
const rarely = (name: string, failure: string, everyMinutes: number): Series => ({
  [`${name}{${failure}}`]: Array.from({ length: 91 }, (_, minute) => Math.floor(minute / everyMinutes)).join(
    ' ',
  ),
  [`${name}{${failure.replace(/".*"/, '"other"')}}`]: '0+1x90',
});
const requests = (failed: number) =>
  counted(1000, failed, 'claude_requests_total', 'status="503"', 'status="200"');
const models = (failed: number, outcome = 'error') =>
  counted(1000, failed, 'gatehouse_model_requests_total', `outcome="${outcome}"`, 'outcome="answered"');
const verdicts = (rejected: number) =>
  counted(10_000, rejected, 'gatehouse_inspection_verdicts_total', 'verdict="reject"', 'verdict="allow"');
const tookS = (seconds: number, route = 'invoke', perMinute = 10): Series =>
  Object.fromEntries(
    [30, 60, 120, '+Inf'].map((bound) => [
      `claude_request_duration_seconds_bucket{route="${route}",le="${bound}"}`,
      bound === '+Inf' || seconds <= Number(bound) ? `0+${perMinute}x90` : '0x90',
    ]),
  );
const queue = (waiting: number | string, running: number): Series => ({
  'gatehouse_jobs_queued{place="waiting",role="api"}':
    typeof waiting === 'string' ? waiting : `${waiting}x90`,
  'gatehouse_jobs_queued{place="running",role="api"}': `${running}x90`,
});
const streams = (active: number): Series => ({
  'envoy_cluster_upstream_rq_active{envoy_cluster_name="api"}': `${active}x90`,
  'envoy_cluster_circuit_breakers_default_remaining_rq{envoy_cluster_name="api"}': `${4096 - active}x90`,
});
const of = (series: string, value: number | string): Series => ({
  [series]: typeof value === 'string' ? value : `${value}x90`,
});

const CASES: Record<string, Case[]> = {
  GatehouseSlowRequests: [
    { what: 'requests that take 100 s', series: tookS(100), fire: 1 },
    { what: 'requests that take 20 s', series: tookS(20), fire: 0 },
    { what: "callers that listen to a job's events for 100 s", series: tookS(100, 'events'), fire: 0 },
    { what: 'no requests', series: {}, fire: 0 },
    { what: 'one request every minute, which is too few to tell', series: tookS(100, 'invoke', 1), fire: 0 },
  ],
  GatehouseServerErrors: [
    { what: '1.5 % of the answers', series: requests(15), fire: 1 },
    { what: '0.5 % of the answers', series: requests(5), fire: 0 },
    {
      what: 'all of two requests a minute',
      series: failing('claude_requests_total', 'status="503"', 2),
      fire: 1,
    },
    {
      what: 'one request of five, now and again',
      series: rarely('claude_requests_total', 'status="503"', 4),
      fire: 0,
    },
    { what: 'no requests', series: { 'claude_requests_total{status="503"}': '0x90' }, fire: 0 },
  ],
  GatehouseQueueDepth: [
    { what: '21 waiting jobs', series: queue(21, 2), fire: 1 },
    { what: '20 waiting jobs', series: queue(20, 2), fire: 0 },
    { what: '100 waiting jobs for two minutes', series: queue('0x58 100x30', 2), fire: 0 },
  ],
  GatehouseNoWorkerReady: [
    { what: 'a job that waits while none runs', series: queue(1, 0), fire: 1 },
    { what: 'jobs that wait while one runs', series: queue(5, 1), fire: 0 },
    { what: 'no jobs at all', series: queue(0, 0), fire: 0 },
  ],
  GatehouseTokensPerHour: [
    {
      what: '6,000 tokens in an hour where 5,000 are planned',
      series: {
        ...of('gatehouse_model_tokens_total{kind="output",model="m",tier="pro"}', '0+100x90'),
        ...of('gatehouse_model_tokens_per_hour_planned', 5_000),
      },
      fire: 1,
    },
    {
      what: '6,000 tokens in an hour where 7,000 are planned',
      series: {
        ...of('gatehouse_model_tokens_total{kind="output",model="m",tier="pro"}', '0+100x90'),
        ...of('gatehouse_model_tokens_per_hour_planned', 7_000),
      },
      fire: 0,
    },
    { what: 'no plan', series: of('gatehouse_model_tokens_total{kind="output"}', '0+9000x90'), fire: 0 },
  ],
  GatehouseLimitedConsumers: [
    {
      what: 'a client that is refused too much',
      series: of('gatehouse_ratelimit_limited_consumers', 1),
      fire: 1,
    },
    { what: 'none', series: of('gatehouse_ratelimit_limited_consumers', 0), fire: 0 },
  ],
  GatehouseUpstreamErrors: [
    { what: '1.5 % of the requests', series: models(15), fire: 1 },
    { what: '0.5 % of the requests', series: models(5), fire: 0 },
    {
      what: 'all of one request a minute',
      series: failing('gatehouse_model_requests_total', 'outcome="error"', 1),
      fire: 1,
    },
    {
      what: 'one request of five, now and again',
      series: rarely('gatehouse_model_requests_total', 'outcome="error"', 4),
      fire: 0,
    },
    { what: 'workers that are gone', series: models(15, 'worker_gone'), fire: 0 },
    { what: 'requests that a provider rejects', series: models(15, 'rejected'), fire: 0 },
  ],
  GatehouseBreakerOpen: [
    {
      what: 'one of two providers',
      series: {
        ...of('gatehouse_model_breaker_state{provider="anthropic"}', 2),
        ...of('gatehouse_model_breaker_state{provider="other"}', 0),
      },
      fire: 1,
    },
    { what: 'a breaker that tries', series: of('gatehouse_model_breaker_state{provider="a"}', 1), fire: 0 },
  ],
  GatehouseStreamCapacity: [
    { what: '4,000 of 4,096', series: streams(4000), fire: 1 },
    { what: '100 of 4,096', series: streams(100), fire: 0 },
  ],
  GatehousePromptRejections: [
    { what: '0.2 % of the prompts', series: verdicts(20), fire: 1 },
    { what: '0.05 % of the prompts', series: verdicts(5), fire: 0 },
    {
      what: 'one of ten prompts, every ten minutes',
      series: rarely('gatehouse_inspection_verdicts_total', 'verdict="reject"', 10),
      fire: 0,
    },
  ],
  GatehouseRedisFallback: [
    {
      what: 'the rate limit service, by policy',
      series: of('gatehouse_ratelimit_store_failures_total{failure="late",policy="allow"}', '0+3x90'),
      fire: 1,
    },
    { what: 'authz', series: of('gatehouse_authz_store_failures_total{use="api_key"}', '0+3x90'), fire: 1 },
    {
      what: 'one call that Redis was late with, three minutes ago',
      series: of('gatehouse_ratelimit_store_failures_total{failure="late",policy="allow"}', '0x56 1x33'),
      fire: 0,
    },
    {
      what: 'failures that are over',
      series: of('gatehouse_ratelimit_store_failures_total{failure="late",policy="allow"}', '7x90'),
      fire: 0,
    },
  ],
  GatehouseEventLoopLag: [
    { what: 'one role', series: of('nodejs_eventloop_lag_p99_seconds{role="api"}', '0.5x90'), fire: 1 },
    {
      what: 'a lag of 50 ms',
      series: of('nodejs_eventloop_lag_p99_seconds{role="api"}', '0.05x90'),
      fire: 0,
    },
  ],
  GatehousePartDown: [
    {
      what: 'a part that the admin role cannot read',
      series: {
        ...of('gatehouse_metrics_source_up{role="worker",instance="a:1"}', 0),
        ...of('gatehouse_metrics_source_up{role="api",instance="a:2"}', 1),
      },
      fire: 1,
    },
    {
      what: 'a part that Prometheus cannot scrape',
      series: of('up{job="gatehouse",role="api"}', 0),
      fire: 1,
    },
    {
      what: 'all there',
      series: {
        ...of('gatehouse_metrics_source_up{role="worker",instance="a:1"}', 1),
        ...of('up{job="gatehouse"}', 1),
      },
      fire: 0,
    },
    { what: 'something else that is down', series: of('up{job="jaeger"}', 0), fire: 0 },
  ],
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-alerts-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the rule file is what src/telemetry/alerts.ts says (scripts/node scripts/reference.ts writes it)', async () => {
  expect(await readFile(RULES, 'utf8')).toBe(alertRules());
});

test('each alert has a case in which it fires and one in which it does not', () => {
  expect(Object.keys(CASES)).toEqual(ALERTS.map(({ name }) => name));
  for (const [name, cases] of Object.entries(CASES)) {
    expect(new Set(cases.map(({ fire }) => fire > 0)), name).toEqual(new Set([true, false]));
  }
});

test('Prometheus accepts the rules', async (context) => {
  if (findPrometheus() === undefined) return context.skip(NO_PROMETHEUS);
  expect(await promtool('check', 'rules', RULES)).toMatchObject({ ok: true });
});

test('Prometheus accepts both ways of the shipped configuration', async (context) => {
  if (findPrometheus() === undefined) return context.skip(NO_PROMETHEUS);
  const text = await readFile(join(ROOT, 'deploy/prometheus/prometheus.yaml'), 'utf8');
  const uncommented = parse(text.replace(/^ {2}# (?=- | )/gm, '  '));
  const [page, ...parts] = uncommented.scrape_configs;
  expect(parts).toHaveLength(2);
  for (const [name, jobs] of Object.entries({ page: [page], parts })) {
    const file = join(dir, `${name}.yaml`);
    await writeFile(file, stringify({ ...uncommented, scrape_configs: jobs }));
    expect(await promtool('check', 'config', '--syntax-only', file), name).toMatchObject({ ok: true });
  }
});

for (const [name, cases] of Object.entries(CASES)) {
  describe(name, () => {
    for (const [index, { what, series, fire }] of cases.entries()) {
      test(`${fire > 0 ? 'fires' : 'does not fire'}: ${what}`, async (context) => {
        if (findPrometheus() === undefined) return context.skip(NO_PROMETHEUS);
        const file = join(dir, `${name}-${index}.yaml`);
        await writeFile(file, testFile(name, series, fire));
        expect(await promtool('test', 'rules', file)).toMatchObject({ ok: true });
      });
    }
  });
}

/** https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
function testFile(name: string, series: Series, fire: number): string {
  const firing = {
    expr: `count(ALERTS{alertname="${name}",alertstate="firing"})`,
    eval_time: '1h',
    exp_samples: fire > 0 ? [{ labels: '{}', value: fire }] : [],
  };
  const input = Object.entries(series).map(([each, values]) => ({ series: each, values }));
  return stringify({
    rule_files: [RULES],
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: input, promql_expr_test: [firing] }],
  });
}
