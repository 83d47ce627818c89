import { beforeEach, describe, expect, test } from 'vitest';
import { generateApiKey } from '../api-keys/format.ts';
import { knownKey } from '../api-keys/known-key.ts';
import type { ApiKeyRecord } from '../api-keys/record.ts';
import type { RequestFacts } from '../check-request.ts';
import { createApiKeyMethod } from './api-key.ts';

const KEY = generateApiKey(() => Buffer.alloc(32, 1));
const NOW_MS = Date.parse('2026-01-02T00:00:00Z');
const RECORD: ApiKeyRecord = {
  id: 'key_1',
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const FROM = (address: string) => ({ source: { address, certificate: '' } }) as RequestFacts;

let record: ApiKeyRecord | undefined;
let isRemembered: boolean;
let lookups: number;
let touched: string[];
beforeEach(() => {
  record = RECORD;
  isRemembered = true;
  lookups = 0;
  touched = [];
});
const method = createApiKeyMethod({
  keys: {
    find() {
      lookups += 1;
      const found = record && knownKey(record);
      return isRemembered ? found : Promise.resolve(found);
    },
  },
  lastUsed: { touch: (keyId) => void touched.push(keyId) },
  storeFailures: { failed() {}, succeeded() {} },
  now: () => NOW_MS,
});
const authenticate = (token = KEY, address = '10.1.2.3') =>
  method.authenticate({ kind: 'token', token }, FROM(address));

test('a text with the prefix of a key is taken, another one left to other methods', () => {
  expect(method.recognises({ kind: 'token', token: 'gatehouse_x' })).toBe(true);
  expect(method.recognises({ kind: 'token', token: 'eyJhbGciOiJub25lIn0.e30.' })).toBe(false);
  expect(method.recognises({ kind: 'none' })).toBe(false);
});

test('a key that is remembered is answered at once, another one after its lookup; both are marked as used', async () => {
  expect(authenticate()).toMatchObject({ kind: 'authenticated', principal: { client: 'service-a' } });
  isRemembered = false;
  const answer = authenticate();
  expect(answer).toBeInstanceOf(Promise);
  expect(await answer).toMatchObject({ kind: 'authenticated', principal: { client: 'service-a' } });
  expect(touched).toEqual(['key_1', 'key_1']);
});

describe('a key is refused, is not marked as used, and the log can say whose it was', () => {
  test.each([
    ['expired', { expiresAt: '2026-01-02T00:00:00.000Z' }],
    ['address_not_allowed', { cidrs: ['192.0.2.0/24', '2001:db8::/32'] }],
  ])('%s', (reason, changes) => {
    record = { ...RECORD, ...changes };
    expect(authenticate()).toMatchObject({ kind: 'rejected', reason, principal: { client: 'service-a' } });
    expect(touched).toEqual([]);
  });

  test('unknown', () => {
    record = undefined;
    expect(authenticate()).toEqual({ kind: 'rejected', reason: 'unknown' });
  });
});

test.each([
  ['malformed', 'gatehouse_x'],
  ['bad_checksum', `${KEY.slice(0, -1)}${KEY.endsWith('0') ? '1' : '0'}`],
])('a %s text is not looked up', (reason, token) => {
  expect(authenticate(token)).toEqual({ kind: 'rejected', reason });
  expect(lookups).toBe(0);
});

test('a key that is bound to addresses is good from there', () => {
  record = { ...RECORD, cidrs: ['10.0.0.0/8'] };
  expect(authenticate(KEY, '10.200.0.1')).toMatchObject({ kind: 'authenticated' });
  expect(authenticate(KEY, '')).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
});
