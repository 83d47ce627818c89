import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis, redisKeys } from '../../src/redis/index.ts';
import { gatehouse, temporaryFolder } from '../support/installation.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let dir: string;
beforeAll(async () => {
  redis = await startTestRedis();
  dir = await temporaryFolder();
  await writeFile(join(dir, 'hash.key'), randomBytes(32).toString('hex'), { mode: 0o600 });
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

/** `gatehouse keys` on a Redis and a hash key of its own. */
function keys(prefix: string, ...args: string[]) {
  const settings = [
    `redis.url=${redis.address.url}`,
    `redis.keyPrefix=${prefix}`,
    `identity.apiKeys.hashKeyFile=${join(dir, 'hash.key')}`,
  ];
  return gatehouse(['keys', ...args, '--data-dir', dir, ...settings.flatMap((value) => ['--set', value])]);
}

test.each([['list'], ['create', '--client', 'service-a'], ['rotate', 'key_1'], ['revoke', 'key_1']])(
  'keys %s before up says that no installation runs, and how to start one',
  async (...args) => {
    const { code, stdout, stderr } = await gatehouse(['keys', ...args, '--data-dir', dir]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `gatehouse: no installation runs in ${dir}: start one with 'gatehouse up --data-dir ${dir}', or name a configuration with --config.\n`,
    );
  },
);

test('a configuration without a hash key is told that it has none', async () => {
  const file = join(dir, 'gatehouse.yaml');
  await writeFile(file, 'redis:\n  url: redis://127.0.0.1:1\n');
  const { code, stderr } = await gatehouse(['keys', 'list', '--config', file]);
  expect(code).toBe(1);
  expect(stderr).toContain('identity.apiKeys.hashKeyFile is not set');
});

test('a list without keys says how to make one', async () => {
  const { code, stdout, stderr } = await keys('empty', 'list');
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain("'gatehouse keys create --client NAME' makes one");
  expect(await keys('empty', 'list', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
});

test('the list names every key, and shows none', async () => {
  const first = await keys('list', 'create', '--client', 'service-a', '--tier', 'pro');
  const key = first.stdout.trim();
  expect(key).toMatch(/^gatehouse_[0-9A-Za-z]{49}$/);
  expect(first.stderr).toContain('for service-a (tenant default, tier pro). It is not shown again.');
  await keys('list', 'create', '--client', 'service-b', '--tenant', 'acme', '--expires', '1ms');

  const { code, stdout, stderr } = await keys('list', 'list');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const rows = stdout.split('\n').filter((line) => line.includes('key_'));
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/key_\w+ .*service-a.*default.*pro.*never/),
      expect.stringMatching(/key_\w+ .*service-b.*acme.*free.*expired/),
    ]),
  );
  expect(stdout).not.toContain(key);
});

test('what was done to keys is in the audit, by whom, and without a key', async () => {
  const { id, key } = JSON.parse((await keys('audit', 'create', '--client', 'service-a', '--json')).stdout);
  await keys('audit', 'revoke', id);
  const settings = [`redis.url=${redis.address.url}`, 'redis.keyPrefix=audit'];
  const listed = await gatehouse([
    ...['audit', '--json', '--data-dir', dir],
    ...settings.flatMap((value) => ['--set', value]),
  ]);
  const actor = expect.stringMatching(/^cli:./);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { actor, action: 'key.revoke', target: id },
    { actor, action: 'key.create', target: id, details: { client: 'service-a', tier: 'free' } },
  ]);
  expect(listed.stdout).not.toContain(key);
});

test('what a key is restricted to is kept, and shown by list', async () => {
  const created = await keys(
    ...['restricted', 'create', '--client', 'service-a', '--json', '--cidr', '10.0.0.0/8', '--cidr', '::1'],
    ...['--route', 'read', '--role', 'r', '--scope', 's1', '--scope', 's2'],
    ...['--max-tokens', '4000', '--skill', 'tdd', '--model', 'sonnet'],
  );
  const { key, ...record } = JSON.parse(created.stdout);
  expect(record).toMatchObject({
    cidrs: ['10.0.0.0/8', '::1'],
    routes: ['read'],
    roles: ['r'],
    scopes: ['s1', 's2'],
    permissions: { maxTokensPerRequest: 4000, allowedSkills: ['tdd'], allowedModels: ['sonnet'] },
  });
  const listed = JSON.parse((await keys('restricted', 'list', '--json')).stdout);
  expect(listed).toEqual([{ ...record, expired: false }]);
  expect((await keys('restricted', 'list')).stdout).toMatch(/addresses, routes, permissions/);
});

test('a key is rotated: the new one is shown once, and list shows both', async () => {
  const old = JSON.parse(
    (await keys('rotate', 'create', '--client', 'service-a', '--cidr', '::1', '--json')).stdout,
  );
  const rotated = await keys('rotate', 'rotate', old.id, '--grace', '24h');
  expect(rotated.stdout.trim()).toMatch(/^gatehouse_[0-9A-Za-z]{49}$/);
  expect(rotated.stdout).not.toContain(old.key);
  expect(rotated.stderr).toMatch(
    new RegExp(
      `^Key key_\\w+ for service-a replaces ${old.id}, which works until .*Z\\. It is not shown again\\.$`,
      'm',
    ),
  );
  const [first, second] = JSON.parse((await keys('rotate', 'list', '--json')).stdout);
  expect(first).toMatchObject({ id: old.id, replacedBy: second.id, expired: false });
  expect(Date.parse(first.expiresAt) - Date.parse(second.createdAt)).toBe(24 * 3_600_000);
  expect(second).toMatchObject({ client: 'service-a', cidrs: ['::1'], replaces: old.id });
  expect((await keys('rotate', 'list')).stdout).toMatch(new RegExp(`${old.id} .*'${second.id}'`));

  const json = JSON.parse((await keys('rotate', 'rotate', second.id, '--grace', '0s', '--json')).stdout);
  expect(json).toMatchObject({
    key: expect.any(String),
    replaces: second.id,
    oldExpiresAt: expect.any(String),
  });
});

test.each([
  [['key_x'], /There is no key key_x: 'gatehouse keys list' shows all of them/],
  [['key_x', '--grace', 'long'], /--grace long: expected a duration such as 12h or 90d/],
  [[], /missing required argument 'id'/],
])('rotate %j is refused with what is wrong', async (args, why) => {
  const { code, stdout, stderr } = await keys('refused', 'rotate', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(why);
});

test('keys of before there were restrictions are listed, rotated and revoked', async () => {
  const client = openRedis(redis.address, 'test-migration');
  await once(client, 'ready');
  const { apiKey, apiKeyIds } = redisKeys('old');
  const id = 'key_0000000000000001';
  // As the version before wrote it.
  await client.hset(apiKey('digest'), {
    ...{ id, client: 'service-a', tenant: 'default', tier: 'pro', createdAt: '2026-01-01T00:00:00.000Z' },
  });
  await client.hset(apiKeyIds, id, 'digest');
  client.disconnect();
  expect(JSON.parse((await keys('old', 'list', '--json')).stdout)).toEqual([
    {
      ...{ id, client: 'service-a', tenant: 'default', tier: 'pro', createdAt: '2026-01-01T00:00:00.000Z' },
      expired: false,
    },
  ]);
  expect(JSON.parse((await keys('old', 'rotate', id, '--json')).stdout)).toMatchObject({ replaces: id });
  expect((await keys('old', 'revoke', id)).code).toBe(0);
});

test('a key is revoked once; then there is none of that id', async () => {
  const { id } = JSON.parse((await keys('revoke', 'create', '--client', 'service-a', '--json')).stdout);
  expect(await keys('revoke', 'revoke', id)).toMatchObject({ code: 0, stdout: `Key ${id} is revoked.\n` });
  expect(await keys('revoke', 'revoke', id)).toEqual({
    code: 1,
    stdout: '',
    stderr: `There is no key ${id}: 'gatehouse keys list' shows all of them.\n`,
  });
});

test.each([
  [['--client', 'service-a', '--tier', 'gold'], /tier/],
  [['--client', 'a b'], /client/],
  [['--client', 'service-a', '--cidr', '10.0.0.0/33'], /"10.0.0.0\/33" is no address and no CIDR block/],
  [['--client', 'service-a', '--route', 'red'], /There is no route "red": use submit, read/],
  [['--client', 'service-a', '--max-tokens', 'many'], /tokens: expected a whole number/],
  [['--client', 'service-a', '--expires', 'soon'], /--expires soon: expected a duration such as 12h or 90d/],
  [[], /--client <name>/],
])('create %j is refused with what is wrong', async (args, why) => {
  const { code, stdout, stderr } = await keys('refused', 'create', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(why);
});
