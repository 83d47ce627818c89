import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CreateKeyRequest, startAuthz, withBlocklistAdministration } from '../../src/authz/index.ts';
import { openBlockingRedis, openRedis, type Redis, redisKeys } from '../../src/redis/index.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { type CheckClient, openCheckClient } from '../support/check-client.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';

/** Far below identity.apiKeys.cache.ttl, and above what a lost announcement costs. */
const SOON_MS = 8_000;

let authz: TestAuthz;
let admin: Redis;
/** Two processes' worth of authz on one Redis, as far as they know of each other. */
let clients: CheckClient[];
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  authz = await startTestAuthz();
  const second = await startAuthz({ config: authz.config, logger: recordingLogger().logger });
  clients = [openCheckClient(authz.port), openCheckClient(second.port)];
  admin = openRedis(authz.redis.address, 'test-admin');
  admin.on('error', () => {}); // Tests end Redis.
  await once(admin, 'ready');
  closing.push(
    () => authz.close(),
    () => second.close(0),
    () => admin.disconnect(),
    ...clients.map((client) => client.close),
  );
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const blocklist = <T>(use: Parameters<typeof withBlocklistAdministration<T>>[2]) =>
  withBlocklistAdministration(authz.config, 'test', use);
let clientNumber = 0;
/** A key of a client of its own, so that tests do not block each other. */
function createKey(request: Partial<CreateKeyRequest> = {}) {
  clientNumber += 1;
  return authz.keys((keys) => keys.createKey({ client: `service-${clientNumber}`, ...request }));
}

/** What each process says to a key: 200, 401 or 503. */
function answers(key: string, from?: string): Promise<number[]> {
  return Promise.all(
    clients.map(async ({ check }) => {
      const answer = await check({
        ...{ method: 'GET', path: '/claude/status/1', headers: { 'x-api-key': key } },
        ...(from !== undefined && { from }),
      });
      const { body } = answer.denied_response ?? answer.error_response ?? { body: '{"status":200}' };
      return JSON.parse(body).status as number;
    }),
  );
}
async function untilAnswered(key: string, status: number, timeoutMs = SOON_MS): Promise<void> {
  const isAnswered = async () => (await answers(key)).every((answer) => answer === status);
  await until(isAnswered, `both processes answer ${status}`, timeoutMs);
}
const OK = [200, 200];
const UNAUTHENTICATED = [401, 401];

describe('every process', () => {
  test('refuses a key that was revoked, though each has it in memory', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    expect(await authz.keys((keys) => keys.revokeKey(id))).toBe(true);
    await untilAnswered(key, 401);
  });

  test('takes both keys during the grace of a rotation, and then the new one alone', async () => {
    const old = await createKey({ tier: 'pro' });
    expect(await answers(old.key)).toEqual(OK);
    const graceMs = 3_000;
    const rotated = await authz.keys((keys) => keys.rotateKey({ id: old.id, graceMs }));
    expect(await answers(rotated.key)).toEqual(OK);
    expect(await answers(old.key)).toEqual(OK);
    await untilAnswered(old.key, 401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(rotated.oldExpiresAt));
    expect(await answers(rotated.key)).toEqual(OK);
  });

  test('refuses the old key at once after a rotation without a grace', async () => {
    const old = await createKey();
    expect(await answers(old.key)).toEqual(OK);
    const rotated = await authz.keys((keys) => keys.rotateKey({ id: old.id, graceMs: 0 }));
    await untilAnswered(old.key, 401);
    expect(await answers(rotated.key)).toEqual(OK);
  });

  test('takes a key from its addresses and no others', async () => {
    const { key } = await createKey({ cidrs: ['10.0.0.0/8', '2001:db8::/32'] });
    for (const from of ['10.1.2.3', '2001:db8::7', '::ffff:10.1.2.3']) {
      expect(await answers(key, from)).toEqual(OK);
    }
    for (const from of ['11.0.0.1', '2001:db9::7', '127.0.0.1', '']) {
      expect(await answers(key, from)).toEqual(UNAUTHENTICATED);
    }
    expect(authz.lines.at(-1)).toMatchObject({
      reason: 'address_not_allowed',
      client: `service-${clientNumber}`,
    });
  });

  test('tells when a key was last used', async () => {
    const { key, id } = await createKey();
    const startedMs = Date.now();
    expect(await answers(key)).toEqual(OK);
    const lastUsed = async () => {
      const listed = await authz.keys((keys) => keys.listKeys());
      return listed.find((listedKey) => listedKey.id === id)?.lastUsedAt;
    };
    await until(async () => (await lastUsed()) !== undefined, 'the use is written', 15_000);
    expect(Math.abs(Date.parse((await lastUsed()) ?? '') - startedMs)).toBeLessThan(120_000);
    // The use of a key that was revoked meanwhile is not written.
    await authz.keys((keys) => keys.revokeKey(id));
    expect(await admin.hget(redisKeys(authz.config.redis.keyPrefix).apiKeyLastUsed, id)).toBeNull();
  });
});

describe('what is blocked is refused by every process until it is unblocked', () => {
  test('a key, by its id', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await blocklist((list) => list.block({ target: { kind: 'key_id', value: id } }));
    await untilAnswered(key, 401);
    expect(authz.lines.at(-1)).toMatchObject({ reason: 'blocked', key_id: id });
    await blocklist((list) => list.unblock({ kind: 'key_id', value: id }));
    await untilAnswered(key, 200);
  });

  test('a client with all its keys, of one tenant or of every', async () => {
    const name = 'service-blocked';
    const acme = await createKey({ client: name, tenant: 'acme' });
    const other = await createKey({ client: name, tenant: 'other' });
    await blocklist((list) => list.block({ target: { kind: 'subject', value: name, tenant: 'acme' } }));
    await untilAnswered(acme.key, 401);
    expect(await answers(other.key)).toEqual(OK);
    await blocklist((list) => list.block({ target: { kind: 'subject', value: name } }));
    await untilAnswered(other.key, 401);
  });

  test('what a client had before a time, and nothing that it gets later', async () => {
    const before = await createKey();
    const name = before.client;
    const entry = { target: { kind: 'subject', value: name }, issuedBeforeMs: Date.now() + 1 } as const;
    await blocklist((list) => list.block(entry));
    await untilAnswered(before.key, 401);
    await until(() => Date.now() >= entry.issuedBeforeMs, 'a millisecond has passed');
    const after = await createKey({ client: name });
    expect(await answers(after.key)).toEqual(OK);
    expect(await answers(before.key)).toEqual(UNAUTHENTICATED);
  });

  test('or until its end', async () => {
    const { key, id } = await createKey();
    const untilMs = Date.now() + 2_000;
    await blocklist((list) => list.block({ target: { kind: 'key_id', value: id }, untilMs }));
    await untilAnswered(key, 401);
    await untilAnswered(key, 200);
    expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
  });
});

test('every change is announced with its number: made, rotated, revoked, blocked, unblocked', async () => {
  const names = redisKeys(authz.config.redis.keyPrefix);
  const heard: string[] = [];
  const listener = openBlockingRedis(authz.redis.address, 'test-listener');
  await listener.subscribe(names.apiKeyChanges, names.blocklistChanges);
  listener.on('message', (channel: string, message: string) => {
    heard.push(`${channel === names.apiKeyChanges ? 'key' : 'block'} ${message}`);
  });
  const counts = async () =>
    (await admin.mget(names.apiKeyChanges, names.blocklistChanges)).map((count) => Number(count));
  const [keysBefore = 0] = await counts();
  const { id } = await createKey();
  const digest = await admin.hget(names.apiKeyIds, id);
  await authz.keys((keys) => keys.rotateKey({ id, graceMs: 0 }));
  await authz.keys((keys) => keys.revokeKey(id));
  await blocklist((list) => list.block({ target: { kind: 'jti', value: 'token-1' } }));
  await blocklist((list) => list.unblock({ kind: 'jti', value: 'token-1' }));
  const [, blocks] = await counts();
  await until(() => heard.length >= 6, 'all are heard');
  expect(heard).toEqual([
    `key ${keysBefore + 1} ${digest}`,
    `key ${keysBefore + 2} ${digest}`,
    expect.stringMatching(new RegExp(`^key ${keysBefore + 3} [0-9a-f]{64}$`)),
    `key ${keysBefore + 4} ${digest}`,
    expect.stringContaining('["jti:token-1","{\\"blockedMs'),
    `block ${blocks} ["jti:token-1"]`,
  ]);
  listener.disconnect();
});

describe('although announcements do not arrive', () => {
  /** Ends every subscription in the moment before the changes are made, so that nobody hears of them. */
  const cutSubscriptions = () => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');

  test('a key that is revoked while the subscriptions are cut is refused', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await cutSubscriptions();
    await authz.keys((keys) => keys.revokeKey(id));
    await untilAnswered(key, 401);
  });

  test('a key that is blocked while the subscriptions are cut is refused', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await cutSubscriptions();
    await blocklist((list) => list.block({ target: { kind: 'key_id', value: id } }));
    await untilAnswered(key, 401);
  });

  test('checks go on while the subscriptions are cut', async () => {
    const { key } = await createKey();
    for (let cut = 0; cut < 5; cut += 1) {
      await cutSubscriptions();
      expect(await answers(key)).toEqual(OK);
    }
  });

  test('a change whose announcement got lost is found by its number', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    const names = redisKeys(authz.config.redis.keyPrefix);
    const digest = (await admin.hget(names.apiKeyIds, id)) ?? '';
    // As remove-key.lua does it, without the announcement.
    await admin.multi().del(names.apiKey(digest)).incr(names.apiKeyChanges).exec();
    await untilAnswered(key, 401);
  });

  test('a blocklist entry whose announcement got lost is found by its number', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    const names = redisKeys(authz.config.redis.keyPrefix);
    await admin
      .multi()
      .hset(names.blocklist, `key_id:${id}`, JSON.stringify({ blockedMs: Date.now() }))
      .incr(names.blocklistChanges)
      .exec();
    await untilAnswered(key, 401);
  });
});

describe('while Redis is away', () => {
  const lastKnown: (() => unknown)[] = [];
  let known: CheckClient[];
  beforeEach(async () => {
    const { identity } = authz.config;
    const config = {
      ...authz.config,
      identity: { ...identity, blocklist: { ...identity.blocklist, onStoreFailure: 'lastKnown' as const } },
    };
    const running = await startAuthz({ config, logger: recordingLogger().logger });
    const opened = openCheckClient(running.port);
    known = [opened];
    lastKnown.push(opened.close, () => running.close(0));
  });
  afterEach(async () => {
    for (const close of lastKnown.splice(0)) await close();
    const isThere = await admin.ping().catch(() => false);
    if (!isThere) await authz.redis.start();
    await until(async () => (await admin.ping().catch(() => '')) === 'PONG', 'Redis is back');
  });

  /** Runs with the process that goes by what was last known in the place of the others. */
  async function withLastKnown(use: () => Promise<void>): Promise<void> {
    const others = clients;
    clients = known;
    try {
      await use();
    } finally {
      clients = others;
    }
  }

  test('nothing passes by default, and everything does again when it is back', async () => {
    const { key } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await authz.redis.kill();
    await untilAnswered(key, 503);
    expect(authz.lines.at(-1)).toMatchObject({ code: 'service_unavailable' });
    await authz.redis.start();
    await untilAnswered(key, 200);
  });

  test('what was last known counts where the operator chose that: keys in memory, and what is blocked', async () => {
    const good = await createKey();
    const blocked = await createKey();
    const unseen = await createKey();
    await blocklist((list) => list.block({ target: { kind: 'key_id', value: blocked.id } }));
    await withLastKnown(async () => {
      await untilAnswered(good.key, 200);
      await untilAnswered(blocked.key, 401);
      await authz.redis.kill();
      expect(await answers(good.key)).toEqual([200]);
      expect(await answers(blocked.key)).toEqual([401]);
      expect(await answers(unseen.key)).toEqual([503]);
    });
  });

  test('a key that is revoked while it restarts is refused once it is back', async () => {
    const { key, id } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await authz.redis.kill();
    await authz.redis.start();
    await authz.keys((keys) => keys.revokeKey(id));
    await untilAnswered(key, 401);
  });

  test('and hangs, so that no connection ends, nothing passes for long', async () => {
    const { key } = await createKey();
    expect(await answers(key)).toEqual(OK);
    await admin.call('CLIENT', 'PAUSE', '20000');
    await untilAnswered(key, 503, 15_000);
    await authz.redis.kill();
  });
});
