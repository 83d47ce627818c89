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
});
afterAll(async () => {
  await redis.close();
  await rm(dir, { recursive: true });
});

/** `gatehouse tokens` on a Redis of its own. */
function tokens(prefix: string, ...args: string[]) {
  const settings = [
    `redis.url=${redis.address.url}`,
    `redis.keyPrefix=${prefix}`,
    'identity.blocklist.maxEntries=2',
  ];
  return gatehouse(['tokens', ...args, '--data-dir', dir, ...settings.flatMap((value) => ['--set', value])]);
}
const json = async (prefix: string, ...args: string[]) =>
  JSON.parse((await tokens(prefix, ...args, '--json')).stdout);

test('nothing is blocked at first', async () => {
  expect(await tokens('empty', 'blocked')).toEqual({ code: 0, stdout: '', stderr: 'Nothing is blocked.\n' });
  expect(await json('empty', 'blocked')).toEqual([]);
});

test('what was blocked and unblocked is in the audit, and by whom', async () => {
  await tokens('audit', 'block', '--sub', 'service-a', '--tenant', 'acme');
  await tokens('audit', 'unblock', '--sub', 'service-a', '--tenant', 'acme');
  const settings = [`redis.url=${redis.address.url}`, 'redis.keyPrefix=audit'];
  const listed = await gatehouse([
    ...['audit', '--json', '--data-dir', dir],
    ...settings.flatMap((value) => ['--set', value]),
  ]);
  const entry = { actor: expect.stringMatching(/^cli:./), target: 'subject:acme/service-a' };
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { ...entry, action: 'block.remove' },
    { ...entry, action: 'block.add' },
  ]);
});

test('what is blocked is listed until it is unblocked, and unblocked once', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect(await json('list', 'block', '--jti', 'token-1', '--until', until)).toEqual({
    kind: 'jti',
    value: 'token-1',
    until,
    blockedAt: expect.any(String),
  });
  const issuedBefore = '2026-01-02T03:04:05.000Z';
  const args = ['--sub', 'service-a', '--tenant', 'acme', '--issued-before', issuedBefore];
  expect((await tokens('list', 'block', ...args)).stdout).toBe(
    `Blocked client service-a of tenant acme, what was issued before ${issuedBefore}, until 'gatehouse tokens unblock'.\n`,
  );
  expect(await json('list', 'blocked')).toMatchObject([
    { kind: 'jti', value: 'token-1', until },
    { kind: 'subject', value: 'service-a', tenant: 'acme', issuedBefore },
  ]);
  expect((await tokens('list', 'blocked')).stdout).toMatch(/subject.*service-a.*acme.*2026-01-02/);

  expect(await tokens('list', 'unblock', '--sub', 'service-a')).toEqual({
    code: 1,
    stdout: '',
    stderr: "client service-a is not on the blocklist: 'gatehouse tokens blocked' shows what is.\n",
  });
  expect((await tokens('list', 'unblock', '--sub', 'service-a', '--tenant', 'acme')).stdout).toBe(
    'Unblocked client service-a of tenant acme.\n',
  );
  expect(await json('list', 'unblock', '--jti', 'token-1')).toMatchObject({ kind: 'jti', unblocked: true });
  expect(await json('list', 'blocked')).toEqual([]);
});

test('a full list says so and what to do; entries that have ended take no place', async () => {
  await json('full', 'block', '--jti', 'short', '--expires', '50ms');
  await json('full', 'block', '--jti', 'a');
  await json('full', 'block', '--key-id', 'key_1');
  const { code, stderr } = await tokens('full', 'block', '--jti', 'b');
  expect(code).toBe(1);
  expect(stderr).toContain('The blocklist holds 2 entries, as many as identity.blocklist.maxEntries allows');
  // One that is there already can be changed.
  expect((await tokens('full', 'block', '--jti', 'a', '--expires', '4h')).code).toBe(0);
});

test.each([
  [['block'], /name what is meant: --jti, --sub, --key-id or --fingerprint/],
  [['unblock'], /name what is meant/],
  [['block', '--jti', 'a', '--sub', 'b'], /'--jti <id>' cannot be used with option '--sub <client>'/],
  [['block', '--jti', 'a', '--tenant', 'acme'], /--tenant goes with --sub/],
  [
    ['block', '--jti', 'a', '--issued-before', 'yesterday'],
    /--issued-before yesterday: expected a time such as/,
  ],
  [['block', '--jti', 'a', '--until', '2020-01-01'], /An entry must end in the future/],
  [['block', '--jti', 'a', '--expires', 'soon'], /--expires soon: expected a duration/],
  [['block', '--jti', 'a', '--expires', '1h', '--until', '2030-01-01'], /cannot be used with option/],
  [['block', '--fingerprint', 'ab:cd'], /"ab:cd" is no SHA-256 fingerprint: 'openssl x509/],
])('%j is refused with what is wrong', async (args, why) => {
  const { code, stdout, stderr } = await tokens('refused', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(why);
});

test('before up it says that no installation runs', async () => {
  const { code, stderr } = await gatehouse(['tokens', 'blocked', '--data-dir', dir]);
  expect(code).toBe(1);
  expect(stderr).toContain(`no installation runs in ${dir}`);
});

test('a configuration without a Redis is told that it has none', async () => {
  const file = join(dir, 'gatehouse.yaml');
  await writeFile(file, 'listen: {}\n');
  const { code, stderr } = await gatehouse(['tokens', 'blocked', '--config', file]);
  expect(code).toBe(1);
  expect(stderr).toContain('redis.url is not set');
});
