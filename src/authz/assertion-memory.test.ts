import { beforeEach, expect, test } from 'vitest';
import type { AssertedIdentity, AssertedRequest } from './assertion-claims.ts';
import { rememberAssertions } from './assertion-memory.ts';
import type { AssertionSigner } from './assertion-signer.ts';

const IDENTITY: AssertedIdentity = {
  ...{ client: 'service-a', tenant: 'acme', tier: 'pro', keyId: 'key_1', authMethod: 'api_key' },
};
const REQUEST: AssertedRequest = {
  ...{ method: 'GET', path: '/claude/status/1', bodySha256: '', contextSha256: '' },
};
const TTL_MS = 30_000;

let signed: number;
let nowMs: number;
let sign: AssertionSigner;
beforeEach(() => {
  signed = 0;
  nowMs = 0;
  sign = rememberAssertions({
    sign: () => {
      signed += 1;
      return `assertion ${signed}`;
    },
    metrics: { watchEntries() {} },
    ttlMs: TTL_MS,
    now: () => nowMs,
  });
});

test('the same request of the same caller gets the same assertion, for half of its time', () => {
  const limits = { maxTokens: 1 };
  expect(sign(IDENTITY, REQUEST, limits)).toBe('assertion 1');
  nowMs = TTL_MS / 2 - 1;
  expect(sign(IDENTITY, { ...REQUEST }, limits)).toBe('assertion 1');
  nowMs = TTL_MS / 2;
  expect(sign(IDENTITY, REQUEST, limits)).toBe('assertion 2');
});

test('once the clock has been set back, an assertion that was signed later is given out no more', () => {
  nowMs = 3_600_000;
  expect(sign(IDENTITY, REQUEST)).toBe('assertion 1');
  nowMs -= 1;
  expect(sign(IDENTITY, REQUEST)).toBe('assertion 2');
  expect(sign(IDENTITY, REQUEST)).toBe('assertion 2');
});

test.each([
  ['caller of the same key', { ...IDENTITY }, {}, undefined],
  ['method', IDENTITY, { method: 'HEAD' }, undefined],
  ['path', IDENTITY, { path: '/claude/status/2' }, undefined],
  ['body', IDENTITY, { bodySha256: 'digest' }, undefined],
  ['X-Repo', IDENTITY, { contextSha256: 'digest' }, undefined],
  ['set of limits', IDENTITY, {}, {}],
])('another %s gets one of its own', (_, identity, change, limits) => {
  sign(IDENTITY, REQUEST);
  expect(sign(identity, { ...REQUEST, ...change }, limits)).toBe('assertion 2');
});

test('texts that look alike when joined are told apart', () => {
  sign(IDENTITY, { ...REQUEST, bodySha256: 'digest' });
  expect(sign(IDENTITY, { ...REQUEST, contextSha256: 'digest' })).toBe('assertion 2');
  sign(IDENTITY, { ...REQUEST, bodySha256: 'a', path: 'b c' });
  expect(sign(IDENTITY, { ...REQUEST, bodySha256: 'a b', path: 'c' })).toBe('assertion 4');
});

test('an assertion that is too long to be kept is signed each time', () => {
  const long = rememberAssertions({
    sign: () => {
      signed += 1;
      return `${signed} ${'x'.repeat(2_000)}`;
    },
    metrics: { watchEntries() {} },
    ttlMs: TTL_MS,
    now: () => nowMs,
  });
  expect([long(IDENTITY, REQUEST), long(IDENTITY, REQUEST)].map((each) => each.slice(0, 2))).toEqual([
    '1 ',
    '2 ',
  ]);
});

test('each of many requests has what was signed for it', () => {
  const requests = Array.from({ length: 2_000 }, (_, n) => ({
    ...REQUEST,
    path: `/claude/status/${n % 700}`,
  }));
  const echo = rememberAssertions({
    sign: (_, { path }) => path,
    metrics: { watchEntries() {} },
    ttlMs: TTL_MS,
    now: () => nowMs,
  });
  for (const request of requests) expect(echo(IDENTITY, request)).toBe(request.path);
});
