import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { withKeyAdministration } from '../../src/authz/index.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { type CheckClient, openCheckClient } from '../support/check-client.ts';
import { openGrpcClient } from '../support/grpc-client.ts';
import { descendantsOf } from '../support/processes.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-workers-'));
  await writeFile(join(dir, 'key'), randomBytes(32).toString('hex'), { mode: 0o600 });
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ROLES = ['authz', 'authzHttp', 'ratelimit', 'ratelimitHttp', 'api', 'apiHttp'];

function serve(roles: string[], { args = [], set = [] }: { args?: string[]; set?: string[] } = {}) {
  const settings = [
    `redis.url=${redis.address.url}`,
    `identity.apiKeys.hashKeyFile=${join(dir, 'key')}`,
    `identity.assertion.keyFile=${join(dir, 'key')}`,
    ...ROLES.map((role) => `listen.${role}=127.0.0.1:0`),
    ...set,
  ];
  const served = startServe(roles, { dataDir: dir, args, set: settings });
  closing.push(async () => {
    const children = descendantsOf(served.process.pid ?? 0);
    // Not served.exited: after a disconnect Node does not say that the process's streams are closed.
    const { exitCode, signalCode } = served.process;
    const isGone = exitCode !== null || signalCode !== null || once(served.process, 'exit');
    served.process.kill('SIGKILL');
    await isGone;
    await until(() => children.every((pid) => !isAlive(pid)), 'no worker is left');
  });
  return { served, config: loadConfig({ dataDir: dir, cwd: dir, set: settings }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Where all workers listen, as each of them says. */
function portsOf(served: ServeProcess, message: string): number[] {
  return served
    .log()
    .filter(({ msg }) => msg === message)
    .map(({ address }) => Number(address?.split(':').at(-1)));
}

const workersOf = (served: ServeProcess) => descendantsOf(served.process.pid ?? 0);

/** Clients with a connection each, of which the workers get one after the other. */
function connect(port: number, count: number): CheckClient[] {
  const clients = Array.from({ length: count }, () => openCheckClient(port));
  closing.push(() => {
    for (const client of clients) client.close();
  });
  return clients;
}

const createKey = (config: Config) =>
  withKeyAdministration(config, 'test', (keys) => keys.createKey({ client: 'service-a' }));
const reading = (key: string) => ({ method: 'GET', path: '/claude/status/1', headers: { 'x-api-key': key } });

async function passes(client: CheckClient, key: string): Promise<boolean> {
  const answer = await client.check(reading(key));
  return answer.http_response === 'ok_response';
}

async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

const ALLOWED = 'gatehouse_authz_decisions_total{outcome="allow",code="ok",method="api_key"}';

test('each process has one heap for all its threads', async () => {
  const { served } = serve(['ratelimit'], { args: ['--workers', '2'] });
  await served.said;
  for (const pid of workersOf(served)) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment.split('\0')).toContain('MALLOC_ARENA_MAX=1');
  }
  expect(workersOf(served)).toHaveLength(2);
});

test('several processes serve one address; one that is killed under load is replaced, and nothing is forgotten', async () => {
  const { served, config } = serve(['authz'], { args: ['--workers', '2'] });
  expect(await served.said).toEqual({ type: 'ready' });
  const [port = 0, other] = portsOf(served, 'authz listens');
  expect(other).toBe(port);
  const [httpPort = 0] = portsOf(served, 'authz answers HTTP');
  const [first, second] = workersOf(served);
  expect(workersOf(served)).toHaveLength(2);

  const { key, id } = await createKey(config);
  const clients = connect(port, 4);
  for (const client of clients) expect(await passes(client, key)).toBe(true);
  // Connections go to one worker after the other, so both have decided, and either tells of both.
  for (const asked of [1, 2, 3]) expect(await metric(httpPort, ALLOWED), `asked ${asked} times`).toBe(4);
  expect(await metric(httpPort, 'gatehouse_serve_workers')).toBe(2);

  let answered = 0;
  let broken = 0;
  let done = false;
  const load = clients.map(async (client) => {
    while (!done) {
      await client.check(reading(key)).then(
        ({ status }) => {
          expect(status.code).toBe(0);
          answered += 1;
        },
        // Of the process that was killed: Envoy tries such calls again.
        () => {
          broken += 1;
        },
      );
    }
  });
  await until(() => answered > 100, 'there is load');
  process.kill(first ?? 0, 'SIGKILL');
  await until(() => served.log().some(({ msg }) => msg.startsWith('a worker process ended')), 'it is told');
  expect(served.log().find(({ msg }) => msg.startsWith('a worker process ended'))).toMatchObject({
    ...{ level: 'error', role: 'authz', component: 'serve', pid: first, reason: 'SIGKILL' },
  });
  const before = answered;
  await until(() => answered > before + 100, 'the load goes on');
  const serving = () => served.log().filter(({ msg }) => msg === 'a worker process serves');
  await until(() => serving().length === 3, 'another one serves');
  expect(workersOf(served)).toHaveLength(2);
  expect(workersOf(served)).toContain(second);
  await until(
    async () => (await metric(httpPort, 'gatehouse_serve_worker_restarts_total')) === 1,
    'it is counted',
  );
  await until(
    async () => (await fetch(`http://127.0.0.1:${httpPort}/ready`)).status === 200,
    'all are ready',
  );
  done = true;
  await Promise.all(load);
  expect(broken).toBeLessThan(100);
  expect(await metric(httpPort, ALLOWED)).toBeGreaterThanOrEqual(4);

  await withKeyAdministration(config, 'test', (keys) => keys.revokeKey(id));
  await until(async () => {
    const passing = await Promise.all([...clients, ...connect(port, 4)].map((client) => passes(client, key)));
    return !passing.includes(true);
  }, 'every process has heard that the key is revoked');

  const workers = workersOf(served);
  served.process.kill('SIGTERM');
  expect(await served.exited).toBe(0);
  expect(workers.filter(isAlive)).toEqual([]);
  expect(served.log().filter(({ msg }) => msg === 'stopped')).toHaveLength(3);
});

test('roles of one process, a rate limit service on a unix socket among them, by configuration', async () => {
  const socket = join(dir, 'ratelimit.sock');
  const { served } = serve(['ratelimit', 'api'], {
    set: ['serve.workers.ratelimit=2', 'serve.workers.api=2', `ratelimit.socket=${socket}`],
  });
  expect(await served.said).toEqual({ type: 'ready' });
  expect(workersOf(served)).toHaveLength(2);
  const client = openGrpcClient(
    `unix:${socket}`,
    'envoy/service/ratelimit/v3/rls.proto',
    'envoy.service.ratelimit.v3.RateLimitService',
  );
  closing.push(client.close);
  expect(await client.health('ratelimit')).toBe('SERVING');
  const [api] = portsOf(served, 'the api listens');
  expect((await fetch(`http://127.0.0.1:${api}/health`)).status).toBe(200);
  const [http] = portsOf(served, 'the rate limit service answers HTTP');
  const json = await fetch(`http://127.0.0.1:${http}/json`, {
    method: 'POST',
    body: JSON.stringify({ domain: 'gatehouse', descriptors: [{ entries: [{ key: 'a', value: 'b' }] }] }),
  });
  expect(json.status).toBe(200);
  served.process.kill('SIGTERM');
  expect(await served.exited).toBe(0);
});

test('where one cannot start none is left, and it says why over the channel and in the log', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  closing.push(() => taken.close());
  const { port } = taken.address() as { port: number };
  const { served } = serve(['authz'], { args: ['--workers', '2'], set: [`listen.authz=127.0.0.1:${port}`] });
  expect(await served.said).toEqual({ type: 'failed', message: expect.stringContaining('listen.authz') });
  expect(await served.exited).toBe(1);
  expect(served.log()).toContainEqual(
    expect.objectContaining({
      ...{ level: 'error', role: 'authz', msg: 'cannot start' },
      err: expect.objectContaining({ message: expect.stringContaining('listen.authz') }),
    }),
  );
  expect(served.output()).not.toMatch(/^gatehouse: /m);
});

test('all end when the process that started them is gone', async () => {
  const { served } = serve(['authz'], { args: ['--workers', '2'] });
  await served.said;
  const workers = workersOf(served);
  expect(workers).toHaveLength(2);
  const exit = once(served.process, 'exit');
  served.process.disconnect();
  expect((await exit)[0]).toBe(0);
  await until(() => workers.every((pid) => !isAlive(pid)), 'the workers are gone');
});

test('and when that process itself is killed', async () => {
  const { served } = serve(['authz'], { args: ['--workers', '2'] });
  await served.said;
  const workers = workersOf(served);
  served.process.kill('SIGKILL');
  await until(() => workers.every((pid) => !isAlive(pid)), 'the workers are gone');
});

test.each([
  [['worker'], ['--workers', '2'], 'worker has one process'],
  [['admin', 'authz'], ['--workers', '2'], 'admin has one process'],
  [['authz'], ['--workers', '0'], 'expected a number from 1 to 256, or cores'],
])('%j with %j is refused in a sentence', async (roles, args, message) => {
  const { served } = serve(roles, { args });
  expect(await served.exited).toBe(1);
  expect(served.output()).toContain(message);
  expect(served.output()).not.toContain('    at ');
});
