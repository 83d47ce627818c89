import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobDetail, JobList, JobSummary, Overview } from '../../src/admin/contract.ts';
import { startAdmin } from '../../src/admin/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import type { ListeningServer } from '../../src/http/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { describedText } from '../support/admin-openapi.ts';
import { freePort } from '../support/free-port.ts';
import { completed, owner, startTestJobs, submission, type TestJobs } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** The admin role with a real Redis and real jobs; of its other parts one hangs, and the rest are away. */
const [OPERATOR, VIEWER] = ['o'.repeat(64), 'v'.repeat(64)];

let dir: string;
let redis: TestRedis;
let jobs: TestJobs;
let hanging: Server;
let config: Config;
let admin: ListeningServer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-dashboard-'));
  redis = await startTestRedis();
  jobs = await startTestJobs(redis);
  hanging = createServer(() => {}).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  await writeFile(join(dir, 'operator'), OPERATOR);
  await writeFile(join(dir, 'viewer'), VIEWER);
  await writeFile(join(dir, 'hash-key'), randomBytes(32).toString('hex'));
  const away = await freePort();
  config = loadConfig({
    dataDir: dir,
    cwd: dir,
    set: [
      ...[`redis.url=${redis.address.url}`, `redis.keyPrefix=${jobs.keyPrefix}`, 'listen.admin=127.0.0.1:0'],
      ...['admin.tokenFile=operator', 'admin.tokens=[{"name":"on-call","file":"viewer"}]'],
      ...['identity.apiKeys.hashKeyFile=hash-key', 'budgets.tiers.pro.day=5'],
      ...['envoyAdmin', 'envoyMetrics', 'authzHttp', 'ratelimitHttp', 'apiHttp'].map(
        (name) => `listen.${name}=127.0.0.1:${away}`,
      ),
      `listen.workerHttp=127.0.0.1:${(hanging.address() as AddressInfo).port}`,
    ],
  });
  admin = await startAdmin({ config, logger: silentLogger });
});
afterAll(async () => {
  await admin?.close(0);
  await jobs?.close();
  hanging?.close();
  await redis?.close();
  await rm(dir, { recursive: true, force: true });
});

const url = (path: string) => `http://127.0.0.1:${admin.port}${path}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function call<Answer>(path: string, init: RequestInit & { token?: string } = {}) {
  const { token = OPERATOR, body, ...rest } = init;
  const answer = await fetch(url(path), {
    ...rest,
    headers: { ...bearer(token), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  });
  const text = await describedText(rest.method ?? 'GET', answer);
  return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as Answer };
}

/** Follows an event stream. @returns what has come so far, by name */
async function follow(path: string, token = OPERATOR) {
  const left = new AbortController();
  const answer = await fetch(url(path), { headers: bearer(token), signal: left.signal });
  expect(answer.status).toBe(200);
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const ended = (async () => {
    for await (const chunk of answer.body ?? []) parser.feed(new TextDecoder().decode(chunk));
  })().catch(() => {});
  return {
    named: <Data>(name: string) =>
      events.filter(({ event }) => event === name).map(({ data }) => JSON.parse(data) as Data),
    ended,
    leave: () => left.abort(),
  };
}

const audited = async (action: string) =>
  (
    await call<{ entries: { action: string; actor: string; target: string }[] }>('/api/audit')
  ).json.entries.find((entry) => entry.action === action);

test('parts that are away or hang are told to be, in time, and what is there is told', async () => {
  await jobs.submit();
  let overview: Overview | undefined;
  await until(
    async () => {
      overview = (await call<Overview>('/api/overview')).json;
      return overview.figures.queueDepth === 1 && overview.budgets?.length === 1;
    },
    'the queue is looked at',
    30_000,
  );
  expect(overview?.sources.map(({ source, state }) => [source, state])).toEqual([
    ...['envoy', 'authz', 'ratelimit', 'api', 'worker'].map((source) => [source, 'down']),
    ['redis', 'ok'],
  ]);
  const worker = overview?.sources.find(({ source }) => source === 'worker');
  expect(worker?.reason).toContain('did not answer within');
  expect(overview?.figures).toMatchObject({ requestsPerS: null, tokensPerHour: null, runningJobs: 0 });
  expect(overview?.budgets).toMatchObject([{ tenant: 'default', period: 'day', limitUsd: 5 }]);
  const health = await call<{ parts: { part: string; state: string }[] }>('/api/health');
  expect(health.json.parts.map(({ part, state }) => [part, state])).toEqual([
    ...['envoy', 'authz', 'ratelimit', 'api', 'worker'].map((part) => [part, 'down']),
    ['admin', 'ok'],
    ['redis', 'ok'],
  ]);
});

test('jobs are followed as they happen, without what they were asked', async () => {
  const live = await follow('/api/live', VIEWER);
  const jobId = await jobs.submit('a prompt of great secrecy');
  const states = () =>
    live
      .named<{ changed: JobSummary[] }>('jobs')
      .flatMap(({ changed }) => changed.filter((job) => job.jobId === jobId))
      .map(({ state }) => state);
  await until(() => states().includes('queued'), 'the job is seen waiting', 20_000);
  const consumer = jobs.work(async (_attempt, report) => {
    await report({ type: 'text', text: 'an answer of great secrecy' });
    return { ...completed, text: 'an answer of great secrecy' };
  });
  await until(() => states().at(-1) === 'completed', 'the job is seen to end', 20_000);
  await until(() => live.named<Overview>('overview').length >= 2, 'figures go on', 20_000);
  live.leave();
  await live.ended;
  await consumer.close(0);

  const one = await call<JobDetail>(`/api/jobs/${jobId}`, { token: VIEWER });
  expect(one.json.timeline.spans.map(({ kind }) => kind)).toEqual(['queued', 'attempt']);
  const entries = await follow(`/api/jobs/${jobId}/live`, VIEWER);
  await entries.ended;
  expect(entries.named<{ type: string }>('entry').map(({ type }) => type)).toContain('text');
  const seen = JSON.stringify([one.json, entries.named('entry'), await call('/api/jobs', { token: VIEWER })]);
  expect(seen).not.toContain('secrecy');
  const whole = await call<JobDetail>(`/api/jobs/${jobId}`);
  expect(whole.json.result?.text).toBe('an answer of great secrecy');
  expect(JSON.stringify(whole.json)).not.toContain('a prompt of');
});

test('a job is canceled by who may, and the audit has who it was', async () => {
  const jobId = await jobs.submit();
  expect((await call(`/api/jobs/${jobId}/cancel`, { method: 'POST', token: VIEWER })).status).toBe(403);
  const canceled = await call<JobSummary>(`/api/jobs/${jobId}/cancel`, { method: 'POST' });
  expect(canceled).toMatchObject({ status: 200, json: { state: 'canceled' } });
  expect(await audited('job.cancel')).toMatchObject({ actor: 'admin:default', target: jobId });
  expect((await call<JobDetail>(`/api/jobs/${jobId}`)).json.job.state).toBe('canceled');
});

test("one tenant's jobs and keys do not show among another's, though the client has the same name", async () => {
  const other = { ...submission(), owner: { ...owner, tenant: 'other' } };
  const accepted = await jobs.store.accept(other);
  if (accepted.kind !== 'accepted') throw new Error(accepted.kind);
  const key = (tenant: string) =>
    call<{ id: string }>('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ client: owner.client, tenant, tier: 'pro' }),
    });
  const [own, foreign] = [await key('default'), await key('other')];
  const list = async (query: string) => (await call<JobList>(`/api/jobs?${query}`)).json.jobs;
  for (const query of ['tenant=other', `tenant=other&client=${owner.client}`]) {
    expect((await list(query)).map(({ jobId }) => jobId)).toEqual([accepted.record.jobId]);
  }
  for (const query of ['tenant=default', `tenant=default&client=${owner.client}`]) {
    expect((await list(query)).map(({ jobId }) => jobId)).not.toContain(accepted.record.jobId);
  }
  const detail = await call<{ keys: { id: string }[] }>(
    `/api/clients/detail?tenant=other&client=${owner.client}&tier=pro`,
  );
  expect(detail.json.keys.map(({ id }) => id)).toEqual([foreign.json.id]);
  expect(JSON.stringify(detail.json)).not.toContain(own.json.id);
});

test('a list goes on page by page to its end, each job once', async () => {
  const ids: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: JobList = (await call<JobList>(`/api/jobs?limit=2${next && `&cursor=${next}`}`)).json;
    ids.push(...page.jobs.map(({ jobId }) => jobId));
    next = page.next;
  }
  expect(ids.length).toBeGreaterThanOrEqual(4);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a key is made, rotated and revoked; it is shown once, and never written down', async () => {
  const created = await call<{ id: string; key: string }>('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ client: 'service-b', tier: 'pro', expiresInS: 3600 }),
  });
  expect(created.status).toBe(201);
  expect(await audited('key.create')).toMatchObject({ actor: 'admin:default', target: created.json.id });
  const { id } = created.json;
  const rotated = await call<{ id: string; key: string }>(`/api/keys/${id}/rotate`, {
    method: 'POST',
    body: JSON.stringify({ graceS: 0 }),
  });
  expect(rotated.status).toBe(201);
  expect((await call(`/api/keys/${id}/rotate`, { method: 'POST', body: '{"graceS":0}' })).status).toBe(409);
  const listed = JSON.stringify((await call('/api/keys', { token: VIEWER })).json);
  const audit = JSON.stringify((await call('/api/audit', { token: VIEWER })).json);
  for (const { json } of [created, rotated]) {
    expect(listed).toContain(json.id);
    expect(listed + audit).not.toContain(json.key);
  }
  expect((await call(`/api/keys/${rotated.json.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(`/api/keys/${rotated.json.id}`, { method: 'DELETE' })).status).toBe(404);
});

test('while Redis is away people sign in and see that it is; afterwards all goes on by itself', async () => {
  const signIn = () =>
    fetch(url('/session'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gatehouse-admin': '1' },
      body: JSON.stringify({ token: OPERATOR }),
    });
  expect((await signIn()).status).toBe(201);
  expect(await audited('session.begin')).toMatchObject({ actor: 'admin:default' });
  const live = await follow('/api/live');
  await redis.kill();
  const answer = await signIn();
  expect(answer.status).toBe(201);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';', 1);
  expect((await fetch(url('/api/whoami'), { headers: { cookie } })).status).toBe(200);
  const store = () => live.named<Overview>('overview').at(-1)?.store.state;
  await until(() => store() === 'down', 'Redis is missed', 20_000);
  expect(live.named<Overview>('overview').at(-1)?.figures.queueDepth).toBeNull();
  for (const path of ['/api/jobs', '/api/jobs/x', '/api/keys', '/api/inspection/findings', '/api/audit']) {
    expect([path, (await call(path)).status]).toEqual([path, 503]);
  }
  expect((await call('/api/health')).status).toBe(200);
  await redis.start();
  await until(() => store() === 'ok', 'Redis is back', 20_000);
  expect((await call('/api/jobs')).status).toBe(200);
  live.leave();
  await live.ended;
});

test('a server that closes ends what goes on, at once', async () => {
  const second = await startAdmin({ config, logger: silentLogger });
  const answer = await fetch(`http://127.0.0.1:${second.port}/api/live`, { headers: bearer(OPERATOR) });
  const ended = answer.text();
  const begunMs = performance.now();
  await second.close(30_000);
  await ended;
  expect(performance.now() - begunMs).toBeLessThan(10_000);
});
