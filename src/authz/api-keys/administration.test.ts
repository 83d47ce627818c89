import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyAdministration, type KeyAdministration } from './administration.ts';
import { checkApiKey } from './format.ts';
import type { ApiKeyRecord } from './record.ts';

const CREATED_MS = Date.parse('2026-01-02T03:04:05.678Z');
let nowMs: number;
let records: Map<string, ApiKeyRecord>;
let lastUsedMs: number | undefined;
/** With how many keys there were just then. */
let audited: object[];
let administration: KeyAdministration;
const byId = (id: string) => [...records.values()].find((record) => record.id === id);
beforeEach(() => {
  nowMs = CREATED_MS;
  records = new Map();
  lastUsedMs = undefined;
  audited = [];
  administration = createKeyAdministration({
    store: {
      findById: async (id) => byId(id),
      has: async (id) => byId(id) !== undefined,
      add: async (apiKey, record) => void records.set(apiKey, record),
      replace: async ({ oldId, oldExpiresAt, apiKey, record }) => {
        const old = byId(oldId);
        if (old === undefined || old.replacedBy !== undefined) return false;
        Object.assign(old, { expiresAt: oldExpiresAt, replacedBy: record.id });
        records.set(apiKey, record);
        return true;
      },
      list: async () => [...records.values()].map((record) => ({ ...record, lastUsedMs })),
      remove: async (id) => {
        const entry = [...records].find(([, record]) => record.id === id);
        return entry !== undefined && records.delete(entry[0]);
      },
    },
    audit: async (action) => void audited.push({ ...action, keys: records.size }),
    tiers: ['free', 'pro'],
    routes: ['submit', 'read'],
    randomBytes,
    now: () => nowMs,
  });
});

describe('createKey', () => {
  test('gives a well-formed key and keeps its record', async () => {
    const { key, ...record } = await administration.createKey({
      client: 'service-a',
      tenant: 'acme',
      tier: 'pro',
      expiresInMs: 1_000,
    });
    expect(checkApiKey(key)).toBe('ok');
    expect(records.get(key)).toEqual(record);
    expect(record).toEqual({
      id: expect.stringMatching(/^key_/),
      client: 'service-a',
      tenant: 'acme',
      tier: 'pro',
      createdAt: '2026-01-02T03:04:05.678Z',
      expiresAt: '2026-01-02T03:04:06.678Z',
    });
  });

  test('takes the tenant default, the tier free and no expiry where none is given', async () => {
    const created = await administration.createKey({ client: 'service-a' });
    expect(created).toMatchObject({ tenant: 'default', tier: 'free' });
    expect(created).not.toHaveProperty('expiresAt');
  });

  test.each(['', '-a', 'a b', 'a/b', 'ä', 'a'.repeat(65), 'a\n'])('refuses the name %j', async (name) => {
    await expect(administration.createKey({ client: name })).rejects.toMatchObject({
      code: 'invalid_client',
    });
    await expect(administration.createKey({ client: 'service-a', tenant: name })).rejects.toMatchObject({
      code: 'invalid_tenant',
    });
    expect(records.size).toBe(0);
  });

  test('refuses a tier that is not configured, and says which are', async () => {
    await expect(administration.createKey({ client: 'service-a', tier: 'gold' })).rejects.toMatchObject({
      code: 'unknown_tier',
      message: 'There is no tier "gold": use free, pro.',
    });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e15])('refuses to expire in %d ms', async (ms) => {
    await expect(administration.createKey({ client: 'service-a', expiresInMs: ms })).rejects.toMatchObject({
      code: 'invalid_expiry',
    });
  });
});

describe('what a key is restricted to', () => {
  test('is kept, without what is empty', async () => {
    const { key, ...record } = await administration.createKey({
      client: 'service-a',
      cidrs: ['10.0.0.0/8', '2001:db8::1'],
      routes: [],
      roles: ['claude-code-user'],
      scopes: ['invoke'],
      permissions: { maxTokensPerRequest: 4000, allowedSkills: ['tdd'], allowedModels: [] },
    });
    expect(records.get(key)).toEqual(record);
    expect(record).toMatchObject({
      cidrs: ['10.0.0.0/8', '2001:db8::1'],
      roles: ['claude-code-user'],
      scopes: ['invoke'],
      permissions: { maxTokensPerRequest: 4000, allowedSkills: ['tdd'] },
    });
    expect(record).not.toHaveProperty('routes');
    expect(record.permissions).not.toHaveProperty('allowedModels');
  });

  test.each([
    [{ cidrs: ['10.0.0.0/33'] }, '"10.0.0.0/33" is no address and no CIDR block'],
    [{ routes: ['red'] }, 'There is no route "red": use submit, read.'],
    [{ roles: [''] }, '"" cannot be a role\'s name'],
    [{ scopes: ['a"b'] }, "cannot be a scope's name"],
    [{ permissions: { allowedSkills: ['ä'] } }, '"ä" cannot be a skill\'s name'],
    [{ permissions: { allowedModels: ['a\\b'] } }, "cannot be a model's name"],
    [{ permissions: { maxTokensPerRequest: 0 } }, '0 tokens: expected a whole number from 1 up'],
    [{ permissions: { maxTokensPerRequest: 1.5 } }, '1.5 tokens'],
    [{ roles: Array.from({ length: 101 }, (_, index) => `r${index}`) }, 'A key takes 100 of a kind at most'],
  ])('is refused where it is wrong: %j', async (grants, message) => {
    const refusal = administration.createKey({ client: 'service-a', ...grants });
    await expect(refusal).rejects.toMatchObject({
      code: 'invalid_grant',
      message: expect.stringContaining(message),
    });
    expect(records.size).toBe(0);
  });
});

describe('rotateKey', () => {
  const HOUR_MS = 3_600_000;

  test('makes a key for the same client with the same grants, and ends the old one after the grace', async () => {
    const old = await administration.createKey({
      client: 'service-a',
      tier: 'pro',
      roles: ['r'],
      cidrs: ['10.0.0.0/8'],
    });
    nowMs += HOUR_MS;
    const { key, oldExpiresAt, ...record } = await administration.rotateKey({ id: old.id, graceMs: HOUR_MS });
    expect(checkApiKey(key)).toBe('ok');
    expect(key).not.toBe(old.key);
    expect(oldExpiresAt).toBe('2026-01-02T05:04:05.678Z');
    expect(records.get(key)).toEqual({
      ...{ client: 'service-a', tenant: 'default', tier: 'pro', roles: ['r'], cidrs: ['10.0.0.0/8'] },
      id: record.id,
      createdAt: '2026-01-02T04:04:05.678Z',
      replaces: old.id,
    });
    expect(records.get(old.key)).toMatchObject({ expiresAt: oldExpiresAt, replacedBy: record.id });
  });

  test('gives the new key as long as the old one was meant to have, or what is asked for', async () => {
    const old = await administration.createKey({ client: 'service-a', expiresInMs: 10 * HOUR_MS });
    nowMs += 9 * HOUR_MS;
    const second = await administration.rotateKey({ id: old.id, graceMs: 0 });
    expect(Date.parse(second.expiresAt ?? '')).toBe(nowMs + 10 * HOUR_MS);
    const third = await administration.rotateKey({ id: second.id, graceMs: 0, expiresInMs: HOUR_MS });
    expect(Date.parse(third.expiresAt ?? '')).toBe(nowMs + HOUR_MS);
    expect(third.replaces).toBe(second.id);
  });

  test('does not let the old key live longer than it would have', async () => {
    const old = await administration.createKey({ client: 'service-a', expiresInMs: HOUR_MS });
    const { oldExpiresAt } = await administration.rotateKey({ id: old.id, graceMs: 24 * HOUR_MS });
    expect(oldExpiresAt).toBe(old.expiresAt);
  });

  test('ends the old key at once without a grace', async () => {
    const old = await administration.createKey({ client: 'service-a' });
    await administration.rotateKey({ id: old.id, graceMs: 0 });
    expect(await administration.listKeys()).toMatchObject([
      { id: old.id, expired: true },
      { expired: false, replaces: old.id },
    ]);
  });

  test('refuses a key that is unknown, expired, or was rotated before, and says what to do', async () => {
    await expect(administration.rotateKey({ id: 'key_x', graceMs: 0 })).rejects.toMatchObject({
      code: 'unknown_key',
    });
    const old = await administration.createKey({ client: 'service-a', expiresInMs: HOUR_MS });
    const next = await administration.rotateKey({ id: old.id, graceMs: HOUR_MS });
    await expect(administration.rotateKey({ id: old.id, graceMs: 0 })).rejects.toMatchObject({
      code: 'already_rotated',
      message: `Key ${old.id} has been replaced by ${next.id} already: rotate that one, or revoke ${old.id}.`,
    });
    nowMs += HOUR_MS;
    await expect(administration.rotateKey({ id: next.id, graceMs: 0 })).rejects.toMatchObject({
      code: 'expired_key',
    });
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a grace of %d ms', async (graceMs) => {
    const { id } = await administration.createKey({ client: 'service-a' });
    await expect(administration.rotateKey({ id, graceMs })).rejects.toMatchObject({ code: 'invalid_expiry' });
    expect(records.size).toBe(1);
  });
});

describe('listKeys and revokeKey', () => {
  test('list records without keys and say which have expired', async () => {
    const created = await administration.createKey({ client: 'service-a', expiresInMs: 1_000 });
    expect(await administration.listKeys()).toMatchObject([{ id: created.id, expired: false }]);
    nowMs += 1_000;
    const listed = await administration.listKeys();
    expect(listed).toMatchObject([{ id: created.id, expired: true }]);
    expect(JSON.stringify(listed)).not.toContain(created.key);
  });

  test('tell when a key was last used, to the minute', async () => {
    await administration.createKey({ client: 'service-a' });
    expect((await administration.listKeys())[0]).not.toHaveProperty('lastUsedAt');
    lastUsedMs = Date.parse('2026-01-03T00:00:59.999Z');
    expect(await administration.listKeys()).toMatchObject([{ lastUsedAt: '2026-01-03T00:00:00.000Z' }]);
  });

  test('revoke a key once', async () => {
    const { id } = await administration.createKey({ client: 'service-a' });
    expect(await administration.revokeKey(id)).toBe(true);
    expect(await administration.revokeKey(id)).toBe(false);
    expect(await administration.listKeys()).toEqual([]);
  });
});

test('each change is written down before it is made, with no key and no digest', async () => {
  const { id, key } = await administration.createKey({ client: 'service-a', cidrs: ['10.0.0.0/8'] });
  const rotated = await administration.rotateKey({ id, graceMs: 1_000 });
  await administration.revokeKey(id);
  expect(await administration.revokeKey('key_unknown')).toBe(false);
  const described = { client: 'service-a', tenant: 'default', tier: 'free', cidrs: ['10.0.0.0/8'] };
  expect(audited).toEqual([
    { action: 'key.create', target: id, details: described, keys: 0 },
    {
      action: 'key.rotate',
      target: id,
      details: { replacedBy: rotated.id, oldExpiresAt: '2026-01-02T03:04:06.678Z', ...described },
      keys: 1,
    },
    { action: 'key.revoke', target: id, keys: 2 },
  ]);
  expect(JSON.stringify(audited)).not.toContain(key);
});
