import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { freePort } from '../support/free-port.ts';
import { send } from '../support/http.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
let dir: string;
let envoy: TestEnvoy;
let first: ServeProcess;
let ports: { first: number; backup: number };
const apis: ServeProcess[] = [];

/** The real api, in a process of its own. */
async function startApi(port: number): Promise<ServeProcess> {
  const api = startServe(['api'], {
    dataDir: dir,
    set: [
      `redis.url=${redis.address.url}`,
      `identity.assertion.keyFile=${join(dir, 'key')}`,
      ...[`listen.api=127.0.0.1:${port}`, 'listen.apiHttp=127.0.0.1:0', 'telemetry.traces.exporter=none'],
    ],
  });
  apis.push(api);
  expect(await api.said).toEqual({ type: 'ready' });
  return api;
}

/** How many requests each of the two has answered. */
async function answered(): Promise<{ first: number; backup: number }> {
  interface Host {
    address: { socket_address: { port_value: number } };
    stats: { name: string; value?: string }[];
  }
  const { cluster_statuses: clusters } = (await (
    await fetch(`${envoy.adminUrl}/clusters?format=json`)
  ).json()) as { cluster_statuses: { name: string; host_statuses?: Host[] }[] };
  const hosts = clusters.find(({ name }) => name === 'api')?.host_statuses ?? [];
  const of = (port: number) => {
    const host = hosts.find(({ address }) => address.socket_address.port_value === port);
    return Number(host?.stats.find(({ name }) => name === 'rq_success')?.value ?? 0);
  };
  return { first: of(ports.first), backup: of(ports.backup) };
}

/** Who answers some requests, all of which have to pass. */
async function served(count: number): Promise<'first' | 'backup' | 'both'> {
  const before = await answered();
  for (let sent = 0; sent < count; sent += 1) {
    expect((await send(envoy.url, { path: '/ready' })).status).toBe(200);
  }
  const after = await answered();
  if (after.first === before.first) return 'backup';
  return after.backup === before.backup ? 'first' : 'both';
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'));
  await writeFile(join(dir, 'key'), randomBytes(32).toString('hex'), { mode: 0o600 });
  redis = await startTestRedis();
  ports = { first: await freePort(), backup: await freePort() };
  // Before Envoy, whose threads hear of a host that comes to be healthy up to a second later than it says so.
  [first] = await Promise.all([startApi(ports.first), startApi(ports.backup)]);
  const nobody = { host: '127.0.0.1', port: 1 };
  envoy = await startTestEnvoy({
    upstreams: { authz: nobody, ratelimit: nobody, api: { host: '127.0.0.1', port: ports.first } },
    set: [`envoy.upstreams.apiBackups=["127.0.0.1:${ports.backup}"]`],
    // As configured it takes up to ten seconds.
    edit: (yaml) => yaml.replaceAll(/( (?:un|no_traffic_)?(?:healthy_)?interval): (?:5|10)s/g, '$1: 0.2s'),
  });
});
afterAll(async () => {
  for (const api of apis) {
    api.process.kill('SIGKILL');
    await api.exited;
  }
  await envoy?.close();
  await redis?.close();
  await rm(dir, { recursive: true });
});

test('an api that is killed loses no request to its backup, and has them again once it is back', async () => {
  expect(await served(5)).toBe('first');

  first.process.kill('SIGKILL');
  await first.exited;
  expect(await served(5)).toBe('backup');

  await startApi(ports.first);
  await until(async () => (await served(5)) === 'first', 'the first has them all again', 30_000);
});
