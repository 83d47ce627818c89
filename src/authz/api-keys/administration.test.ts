import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyAdministration, type KeyAdministration } from './administration.ts';
import { checkApiKey } from './format.ts';
import type { ApiKeyRecord } from './record.ts';

const CREATED_MS = Date.parse('2026-01-02T03:04:05.678Z');
let nowMs: number;
let records: Map<string, ApiKeyRecord>;
let administration: KeyAdministration;
beforeEach(() => {
  nowMs = CREATED_MS;
  records = new Map();
  administration = createKeyAdministration({
    store: {
      find: async (apiKey) => records.get(apiKey),
      add: async (apiKey, record) => void records.set(apiKey, record),
      list: async () => [...records.values()],
      remove: async (id) => {
        const entry = [...records].find(([, record]) => record.id === id);
        return entry !== undefined && records.delete(entry[0]);
      },
    },
    tiers: ['free', 'pro'],
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

describe('listKeys and revokeKey', () => {
  test('list records without keys and say which have expired', async () => {
    const created = await administration.createKey({ client: 'service-a', expiresInMs: 1_000 });
    expect(await administration.listKeys()).toMatchObject([{ id: created.id, expired: false }]);
    nowMs += 1_000;
    const listed = await administration.listKeys();
    expect(listed).toMatchObject([{ id: created.id, expired: true }]);
    expect(JSON.stringify(listed)).not.toContain(created.key);
  });

  test('revoke a key once', async () => {
    const { id } = await administration.createKey({ client: 'service-a' });
    expect(await administration.revokeKey(id)).toBe(true);
    expect(await administration.revokeKey(id)).toBe(false);
    expect(await administration.listKeys()).toEqual([]);
  });
});
