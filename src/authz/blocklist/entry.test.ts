import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../credentials/principal.ts';
import { type BlockTarget, fieldOf, fieldsOf, isInForce, parseTerms, targetOf } from './entry.ts';

const NOW_MS = Date.parse('2026-01-02T00:00:00Z');
const principal = (changes: Partial<Principal> = {}): Principal => ({
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  keyId: 'key_1',
  authMethod: 'api_key',
  roles: [],
  scopes: [],
  permissions: {},
  issuedAtMs: NOW_MS - 1_000,
  ...changes,
});

describe('a credential falls under', () => {
  test.each([
    ['api_key', { kind: 'key_id', value: 'key_1' }],
    ['jwt', { kind: 'jti', value: 'key_1' }],
    ['oauth', { kind: 'jti', value: 'key_1' }],
    ['oidc', { kind: 'jti', value: 'key_1' }],
    ['mtls', { kind: 'fingerprint', value: 'key_1' }],
    ...(['api_key', 'jwt', 'oauth', 'oidc', 'mtls', 'anonymous'] as const).flatMap(
      (method) =>
        [
          [method, { kind: 'subject', value: 'service-a' }],
          [method, { kind: 'subject', value: 'service-a', tenant: 'acme' }],
        ] as const,
    ),
  ] as [Principal['authMethod'], BlockTarget][])('%s: %j', (authMethod, target) => {
    expect(fieldsOf(principal({ authMethod }))).toContain(fieldOf(target));
  });

  test.each([
    ['api_key', { kind: 'jti', value: 'key_1' }],
    ['api_key', { kind: 'key_id', value: 'key_2' }],
    ['jwt', { kind: 'key_id', value: 'key_1' }],
    ['mtls', { kind: 'jti', value: 'key_1' }],
    ['jwt', { kind: 'subject', value: 'service-a', tenant: 'other' }],
    ['jwt', { kind: 'subject', value: 'service' }],
    ['jwt', { kind: 'subject', value: 'acme/service-a' }],
    ['anonymous', { kind: 'key_id', value: 'key_1' }],
  ] as [Principal['authMethod'], BlockTarget][])('but not %s: %j', (authMethod, target) => {
    expect(fieldsOf(principal({ authMethod }))).not.toContain(fieldOf(target));
  });
});

test('a target is found again in its name, and no two have the same', () => {
  const value = fc.string({ minLength: 1 });
  const tenant = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,9}$/);
  const target: fc.Arbitrary<BlockTarget> = fc.oneof(
    fc.record({ kind: fc.constantFrom('jti', 'key_id', 'fingerprint'), value }) as fc.Arbitrary<BlockTarget>,
    fc.record({ kind: fc.constant('subject'), value }) as fc.Arbitrary<BlockTarget>,
    fc.record({ kind: fc.constant('subject'), value, tenant }) as fc.Arbitrary<BlockTarget>,
  );
  fc.assert(
    fc.property(target, (one) => {
      expect(targetOf(fieldOf(one))).toEqual(one);
    }),
  );
});

test.each(['', 'jti', 'other:x', 'subject:x', 'subject:'])('%j names nothing', (field) => {
  expect(targetOf(field)).toBeUndefined();
});

describe('an entry', () => {
  const blockedMs = NOW_MS - 500;
  test('blocks whenever the credential was issued', () => {
    expect(isInForce({ blockedMs }, principal({ issuedAtMs: NOW_MS + 1 }), NOW_MS)).toBe(true);
  });

  test('with a time blocks what was issued before it, and nothing that was issued then or later', () => {
    const entry = { blockedMs, issuedBeforeMs: NOW_MS };
    expect(isInForce(entry, principal({ issuedAtMs: NOW_MS - 1 }), NOW_MS)).toBe(true);
    expect(isInForce(entry, principal({ issuedAtMs: NOW_MS }), NOW_MS)).toBe(false);
  });

  test('with a time blocks what does not say when it was issued', () => {
    const { issuedAtMs: _, ...undated } = principal();
    expect(isInForce({ blockedMs, issuedBeforeMs: NOW_MS }, undated, NOW_MS)).toBe(true);
  });

  test('with an end blocks until then', () => {
    const entry = { blockedMs, untilMs: NOW_MS + 1 };
    expect(isInForce(entry, principal(), NOW_MS)).toBe(true);
    expect(isInForce(entry, principal(), NOW_MS + 1)).toBe(false);
  });

  test.each(['', '{', '[]', '{}', '{"blockedMs":"now"}', '{"blockedMs":1,"until":2}'])(
    'that reads %j is damaged',
    (text) => expect(parseTerms(text)).toBeUndefined(),
  );
});
