import { expect, test } from 'vitest';
import { knownKey } from './known-key.ts';
import type { ApiKeyRecord } from './record.ts';

const RECORD: ApiKeyRecord = {
  id: 'key_1',
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  createdAt: '2026-01-01T00:00:00.000Z',
};

test('a key without restrictions is usable from anywhere, and names nothing', () => {
  const { principal, expiresAtMs, isUsableFrom } = knownKey(RECORD);
  expect(principal).toEqual({
    client: 'service-a',
    tenant: 'acme',
    tier: 'pro',
    keyId: 'key_1',
    authMethod: 'api_key',
    roles: [],
    scopes: [],
    permissions: {},
    issuedAtMs: Date.parse(RECORD.createdAt),
  });
  expect(expiresAtMs).toBe(Number.POSITIVE_INFINITY);
  expect(isUsableFrom('203.0.113.9')).toBe(true);
  expect(isUsableFrom('')).toBe(true);
});

test('what a key is restricted to goes with it', () => {
  const grants = {
    cidrs: ['10.0.0.0/8'],
    routes: ['read'],
    roles: ['r'],
    scopes: ['s'],
    permissions: { maxTokensPerRequest: 4000 },
  };
  const key = knownKey({ ...RECORD, ...grants, expiresAt: '2027-01-01T00:00:00.000Z' });
  const { cidrs: _, ...carried } = grants;
  expect(key.principal).toMatchObject({ ...carried, expiresAtMs: key.expiresAtMs });
  expect(key.expiresAtMs).toBe(Date.parse('2027-01-01T00:00:00.000Z'));
  expect(key.isUsableFrom('10.1.2.3')).toBe(true);
  expect(key.isUsableFrom('203.0.113.9')).toBe(false);
  // Where Envoy does not say who it is, it may be anybody.
  expect(key.isUsableFrom('')).toBe(false);
});
