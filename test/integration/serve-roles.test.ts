import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  redis = await startTestRedis();
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-serve-'));
  await writeFile(join(dir, 'key'), randomBytes(32).toString('hex'), { mode: 0o600 });
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

const started: ServeProcess[] = [];
afterEach(() => {
  for (const served of started.splice(0)) served.process.kill('SIGKILL');
});

function serve(roles: string[], ...set: string[]): ServeProcess {
  const served = startServe(roles, {
    dataDir: dir,
    set: [
      `redis.url=${redis.address.url}`,
      `identity.apiKeys.hashKeyFile=${join(dir, 'key')}`,
      `identity.assertion.keyFile=${join(dir, 'key')}`,
      ...['authz', 'authzHttp', 'ratelimit', 'ratelimitHttp', 'api', 'apiHttp', 'workerHttp'].map(
        (role) => `listen.${role}=127.0.0.1:0`,
      ),
      ...set,
    ],
  });
  started.push(served);
  return served;
}

test('any mix of roles runs in one process, says that it is ready, and ends with 0 on SIGTERM', async () => {
  const served = serve(['ratelimit', 'authz', 'api']);
  expect(await served.said).toEqual({ type: 'ready' });
  served.process.kill('SIGTERM');
  expect(await served.exited).toBe(0);
  const lines = served.log();
  expect(lines.map(({ role, component }) => `${role} ${component}`)).toEqual(
    expect.arrayContaining(['authz authz', 'ratelimit ratelimit', 'api api', 'api+authz+ratelimit serve']),
  );
  expect(lines.at(-1)?.msg).toBe('stopped');
});

test('the worker says who answers prompts and how its processes are kept apart', async () => {
  const served = serve(['worker'], 'pool.sandbox=none');
  expect(await served.said).toEqual({ type: 'ready', model: 'stand-in', sandbox: 'none' });
  served.process.kill('SIGTERM');
  expect(await served.exited).toBe(0);
});

test('it ends when the process that started it is gone', async () => {
  const served = serve(['authz']);
  await served.said;
  // Not `exited`: after a disconnect Node does not say that the process's streams are closed.
  const exit = once(served.process, 'exit');
  served.process.disconnect();
  expect((await exit)[0]).toBe(0);
});

test('a role that cannot start says why over the channel and in the log, and the others end with it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const served = serve(['authz', 'ratelimit'], `listen.ratelimit=127.0.0.1:${port}`);
  expect(await served.said).toEqual({ type: 'failed', message: expect.stringContaining('listen.ratelimit') });
  expect(await served.exited).toBe(1);
  expect(served.output().match(/listen\.ratelimit 127/g)).toHaveLength(1);
  expect(served.log().find(({ msg }) => msg === 'cannot start')).toMatchObject({
    level: 'error',
    component: 'ratelimit',
    err: { message: expect.stringContaining('listen.ratelimit'), stack: expect.stringContaining(' at ') },
  });
  other.close();
});

test('an unknown role is refused', async () => {
  const served = serve(['apis']);
  expect(await served.exited).toBe(1);
  expect(served.output()).toContain('There is no role apis: use api, worker, authz, ratelimit, admin.');
});
