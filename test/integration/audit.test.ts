import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuditLog, createAuditLog, createLoadRecorder, type Load } from '../../src/audit/index.ts';
import {
  openBlockingRedis,
  openRedis,
  type Redis,
  type RedisKeys,
  redisKeys,
} from '../../src/redis/index.ts';
import { gatehouse } from '../support/installation.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { startServe } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

let server: TestRedis;
let redis: Redis;
let dir: string;
beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(server.address, 'test');
  redis.on('error', () => {});
  await once(redis, 'ready');
  dir = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'));
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
  await rm(dir, { recursive: true });
});

let tests = 0;
let prefix: string;
let keys: RedisKeys;
let audit: AuditLog;
beforeEach(() => {
  tests += 1;
  prefix = `test-${tests}`;
  keys = redisKeys(prefix);
  audit = createAuditLog(redis, keys.audit);
});

const settings = () => [`redis.url=${server.address.url}`, `redis.keyPrefix=${prefix}`];
const list = (...args: string[]) =>
  gatehouse(['audit', '--data-dir', dir, ...settings().flatMap((each) => ['--set', each]), ...args]);
const recorder = () =>
  createLoadRecorder({
    open: async () => openBlockingRedis(server.address, 'test-loads'),
    keys,
    actor: 'process:api',
    details: { host: 'here', pid: 1 },
  });
const load = (digest: string): Load => ({ action: 'config.load', target: 'configuration', digest });

describe('what processes load', () => {
  const digests = async () => (await audit.list(100)).map(({ details }) => details.digest);

  test('is written down once for each change, however many processes load it', async () => {
    const [one, other] = [recorder(), recorder()];
    for (const [step, digest] of ['a', 'b', 'a'].entries()) {
      one.record(load(digest));
      await until(async () => (await digests()).length === 2 * step + 1, 'one has written it down');
      // The other one's next line comes after the one that is not to come.
      other.record(load(digest));
      other.record({ action: 'inspection_rules.load', target: '', digest: String(step) });
      await until(async () => (await digests()).includes(String(step)), 'the other one is done');
    }
    const written = await audit.list(100, undefined, { action: 'config' });
    expect(written.map(({ details }) => details.digest)).toEqual(['a', 'b', 'a']);
    expect(written[0]).toMatchObject({
      ...{ actor: 'process:api', action: 'config.load', target: 'configuration' },
      details: { digest: 'a', host: 'here', pid: 1 },
    });
  });

  test('is written down once Redis is there, the newest of what waits', async () => {
    await server.kill();
    const waiting = recorder();
    for (const digest of ['first', 'second', 'third']) waiting.record(load(digest));
    await server.start();
    await until(
      async () => (await digests().catch((): unknown[] => [])).includes('third'),
      'it is written down',
    );
    waiting.close();
  });

  test('is the configuration and the rules of a role, and rules that change while it runs', async () => {
    const rules = join(dir, 'rules.yaml');
    const rule = (requests: number) =>
      `domain: shop\ndescriptors: [{ key: k, rate_limit: { unit: day, requests_per_unit: ${requests} } }]\n`;
    await writeFile(rules, rule(1));
    const served = startServe(['ratelimit'], {
      dataDir: dir,
      set: [
        ...settings(),
        ...['listen.ratelimit=127.0.0.1:0', 'listen.ratelimitHttp=127.0.0.1:0'],
        `ratelimit.files=[${rules}]`,
      ],
    });
    try {
      await served.said;
      await until(async () => (await audit.list(10)).length === 2, 'both are written down');
      await writeFile(rules, rule(2));
      await until(async () => (await audit.list(10)).length === 3, 'the change is written down');
      const [changed, ...first] = await audit.list(10);
      expect(changed).toMatchObject({
        ...{ actor: 'process:ratelimit', action: 'ratelimit_rules.load', target: rules },
        details: { domains: 1, limits: 1, digest: expect.stringMatching(/^[0-9a-f]{16}$/) },
      });
      expect(first.map(({ action }) => action).sort()).toEqual(['config.load', 'ratelimit_rules.load']);
    } finally {
      served.process.kill('SIGKILL');
      await served.exited;
    }
  });
});

describe('gatehouse audit', () => {
  beforeEach(async () => {
    await audit.append({ actor: 'cli:root', action: 'key.create', target: 'key_1' });
    await audit.append({ actor: 'admin:on-call', action: 'key.revoke', target: 'key_1' });
    await audit.append({ actor: 'cli:root', action: 'override.set', target: 'shop pro-day tenant=acme' });
  });

  test.each([
    [[], ['override.set', 'key.revoke', 'key.create']],
    [['--limit', '1'], ['override.set']],
    [
      ['--action', 'key'],
      ['key.revoke', 'key.create'],
    ],
    [['--action', 'key.create'], ['key.create']],
    [
      ['--actor', 'cli:root'],
      ['override.set', 'key.create'],
    ],
    [['--target', 'acme'], ['override.set']],
    [['--since', '1h', '--action', 'key', '--limit', '1'], ['key.revoke']],
  ])('%j lists what is asked for, the newest first', async (args, expected) => {
    const { code, stdout } = await list(...args, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { action: string }[]).map(({ action }) => action)).toEqual(expected);
  });

  test.each([
    [['--action', 'kye'], '--action kye: there is no such action.'],
    [['--action', 'key.creat'], 'did you mean "key.create"?'],
    [['--since', 'monday'], '--since monday: expected a duration such as 24h or 7d.'],
    [['--limit', '0'], '--limit 0: expected a whole number from 1 to 10000.'],
  ])('%j is refused with what would do', async (args, what) => {
    const { code, stderr } = await list(...args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(what) });
  });
});
