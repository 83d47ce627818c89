import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test.each([['list'], ['create', '--client', 'service-a'], ['revoke', 'key_1']])(
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
  [['--client', 'service-a', '--expires', 'soon'], /--expires soon: expected a duration such as 12h or 90d/],
  [[], /--client <name>/],
])('create %j is refused with what is wrong', async (args, why) => {
  const { code, stdout, stderr } = await keys('refused', 'create', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(why);
});
