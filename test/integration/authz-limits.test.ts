import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startAuthz } from '../../src/authz/index.ts';
import { openRedis, type Redis } from '../../src/redis/index.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { type CheckAnswer, type CheckClient, openCheckClient } from '../support/check-client.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(...set: string[]): Promise<{ authz: TestAuthz; client: CheckClient; admin: Redis }> {
  const authz = await startTestAuthz(...set);
  closing.push(() => authz.close());
  const client = openCheckClient(authz.port);
  closing.push(client.close);
  const admin = openRedis(authz.redis.address, 'test-admin');
  admin.on('error', () => {}); // Tests end Redis.
  closing.push(() => admin.disconnect());
  await once(admin, 'ready');
  return { authz, client, admin };
}

const createKey = (authz: TestAuthz) => authz.keys((keys) => keys.createKey({ client: 'service-a' }));
const reading = (key: string, deadlineMs?: number) => ({
  ...{ method: 'GET', path: '/claude/status/1', headers: { 'x-api-key': key, 'x-request-id': 'r-1' } },
  ...(deadlineMs !== undefined && { deadlineMs }),
});
const http = (authz: TestAuthz, path: string) => fetch(`http://127.0.0.1:${authz.httpPort}${path}`);

/** The value of a metric, by its name and labels as Prometheus writes them. */
async function metric(authz: TestAuthz, name: string): Promise<number> {
  const text = await (await http(authz, '/metrics')).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

test('one check more than a process works on is answered with 503 and Retry-After at once, and counted', async () => {
  const { authz, client, admin } = await start(
    'identity.limits.maxConcurrentChecks=2',
    'envoy.authzTimeout=20s',
  );
  const keys = await Promise.all([createKey(authz), createKey(authz), createKey(authz)]);
  // Lookups wait for Redis.
  await admin.call('CLIENT', 'PAUSE', '3000');
  const slow = keys.slice(0, 2).map(({ key }) => client.check(reading(key)));
  await until(
    async () => (await metric(authz, 'gatehouse_authz_concurrent_checks')) === 2,
    'two are worked on',
  );
  const refused: CheckAnswer = await client.check(reading(keys[2]?.key ?? ''));
  expect(refused).toMatchObject({ status: { code: 14 }, http_response: 'error_response' });
  expect(refused.error_response?.headers).toContainEqual(
    expect.objectContaining({ header: expect.objectContaining({ key: 'retry-after', value: '1' }) }),
  );
  expect(JSON.parse(refused.error_response?.body ?? '')).toMatchObject({
    status: 503,
    code: 'service_unavailable',
    requestId: 'r-1',
    retryAfter: 1,
  });
  await Promise.all(slow);
  expect(await metric(authz, 'gatehouse_authz_early_rejections_total')).toBe(1);
  await until(async () => {
    const answer = await client.check(reading(keys[2]?.key ?? ''));
    return answer.http_response === 'ok_response';
  }, 'checks pass again');
  expect(await metric(authz, 'gatehouse_authz_concurrent_checks')).toBe(0);
});

test('a check whose deadline passes while its key is looked up does no more work, and is counted', async () => {
  const { authz, client, admin } = await start();
  const keys = await Promise.all([createKey(authz), createKey(authz)]);
  // The connection is there before the deadline counts.
  await client.check(reading(keys[0].key));
  await admin.call('CLIENT', 'PAUSE', '1500');
  await expect(client.check(reading(keys[1].key, 300))).rejects.toThrow(/DEADLINE_EXCEEDED/);
  await until(
    async () => (await metric(authz, 'gatehouse_authz_abandoned_checks_total')) === 1,
    'it is given up',
  );
  expect(await metric(authz, 'gatehouse_authz_concurrent_checks')).toBe(0);
  expect(authz.lines.map(({ message }) => message)).not.toContain('a check failed');
});

test('metrics tell decisions by method and code, lookups by source, failures, and what is held', async () => {
  const { authz, client, admin } = await start();
  const { key } = await createKey(authz);
  await client.check(reading(key));
  await client.check(reading(key));
  await client.check(reading(`gatehouse_${'0'.repeat(49)}`));
  await client.check({ ...reading(''), headers: {} });
  const decided = (labels: string) => metric(authz, `gatehouse_authz_decisions_total{${labels}}`);
  expect(await decided('outcome="allow",code="ok",method="api_key"')).toBe(2);
  expect(await decided('outcome="deny",code="invalid_api_key",method="api_key"')).toBe(1);
  expect(await decided('outcome="deny",code="invalid_api_key",method="none"')).toBe(1);
  expect(await metric(authz, 'gatehouse_authz_key_lookups_total{source="store"}')).toBe(1);
  expect(await metric(authz, 'gatehouse_authz_key_lookups_total{source="memory"}')).toBe(1);
  expect(await metric(authz, 'gatehouse_authz_held_entries{held="api_keys"}')).toBe(1);
  expect(await metric(authz, 'gatehouse_authz_held_entries{held="blocklist"}')).toBe(0);

  await admin.call('ACL', 'SETUSER', 'default', '-hgetall');
  const other = await createKey(authz);
  await client.check(reading(other.key));
  expect(await decided('outcome="error",code="service_unavailable",method="api_key"')).toBe(1);
  expect(await metric(authz, 'gatehouse_authz_store_failures_total{use="api_key"}')).toBe(1);
  const text = await (await http(authz, '/metrics')).text();
  expect(text).not.toContain(key);
  expect(text).not.toContain('service-a');
});

test('/health answers as long as the process does, /ready only with its Redis', async () => {
  const { authz } = await start();
  expect((await http(authz, '/health')).status).toBe(200);
  expect((await http(authz, '/ready')).status).toBe(200);
  await authz.redis.kill();
  await until(async () => (await http(authz, '/ready')).status === 503, 'it is not ready');
  expect((await http(authz, '/health')).status).toBe(200);
  await authz.redis.start();
  await until(async () => (await http(authz, '/ready')).status === 200, 'it is ready again');
});

test('a port of listen.authzHttp that is in use is named, and nothing is left running', async () => {
  const { authz } = await start();
  const config = {
    ...authz.config,
    listen: { ...authz.config.listen, authzHttp: { host: '127.0.0.1', port: authz.httpPort } },
  };
  await expect(startAuthz({ config, logger: recordingLogger().logger })).rejects.toThrow(
    `listen.authzHttp: 127.0.0.1:${authz.httpPort} is in use already`,
  );
  const admin = openRedis(authz.redis.address, 'test-clients');
  closing.push(() => admin.disconnect());
  await once(admin, 'ready');
  const connections = async () => String(await admin.client('LIST')).match(/name=gatehouse-authz/g)?.length;
  await until(async () => (await connections()) === 3, 'only the connections of the first are left');
});
