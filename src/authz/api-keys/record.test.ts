import { createHash, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ApiKeyRecord, createKeyDigest, formatRecord, parseRecord } from './record.ts';

const FIRST_VERSION = {
  id: 'key_0000000000000001',
  client: 'service-a',
  tenant: 'default',
  tier: 'pro',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const RECORD: ApiKeyRecord = {
  ...FIRST_VERSION,
  expiresAt: '2027-01-01T00:00:00.000Z',
  replaces: 'key_0000000000000000',
  cidrs: ['10.0.0.0/8'],
  routes: ['submit'],
  roles: ['claude-code-user'],
  scopes: ['invoke'],
  permissions: { maxTokensPerRequest: 4000, allowedSkills: ['tdd'], allowedModels: ['sonnet'] },
};

describe('a record', () => {
  test('reads back as it was written, in text only', () => {
    const fields = formatRecord(RECORD);
    expect(Object.values(fields).every((value) => typeof value === 'string')).toBe(true);
    expect(parseRecord(fields)).toEqual(RECORD);
  });

  test('of before there were restrictions reads as one without', () => {
    expect(parseRecord(FIRST_VERSION)).toEqual(FIRST_VERSION);
    const expiring = { ...FIRST_VERSION, expiresAt: '2027-01-01T00:00:00.000Z' };
    expect(parseRecord(expiring)).toEqual(expiring);
  });

  test.each([
    ['no client', { client: '' }],
    ['no date', { createdAt: 'yesterday' }],
    ['half of a list', { cidrs: '["10.0.0.0/8"' }],
    ['no CIDR block', { cidrs: '["everywhere"]' }],
    ['a list of numbers', { roles: '[1]' }],
    ['a permission that is not known, which would not restrict', { permissions: '{"maxTokens":1}' }],
    ['a limit that is none', { permissions: '{"maxTokensPerRequest":0}' }],
  ])('with %s is none', (_, damage) => {
    expect(parseRecord({ ...formatRecord(RECORD), ...damage })).toBeUndefined();
  });
});

test('a digest needs the hash key', () => {
  const hashKey = randomBytes(32);
  const digest = createKeyDigest(hashKey)('gatehouse_x');
  expect(digest).toBe(createHmac('sha256', hashKey).update('gatehouse_x').digest('hex'));
  expect(digest).not.toBe(createHash('sha256').update('gatehouse_x').digest('hex'));
});
