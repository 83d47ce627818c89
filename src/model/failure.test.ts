import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answeredFailure, parseRetryAfterMs } from './failure.ts';

const asIs = (text: string) => text;

describe('the kind of a failure', () => {
  it.each([
    [529, 'overloaded_error', 'overloaded'],
    [undefined, 'overloaded_error', 'overloaded'],
    [429, 'rate_limit_error', 'rate_limited'],
    [401, 'authentication_error', 'auth'],
    [403, 'permission_error', 'auth'],
    [400, 'invalid_request_error', 'rejected'],
    [500, 'api_error', 'error'],
    [418, 'constructor', 'rejected'],
    [undefined, 'unheard_of', 'error'],
  ] as const)('of %s %s is %s', (status, type, kind) => {
    expect(answeredFailure(status, { type, message: 'm' }, undefined, asIs).kind).toBe(kind);
  });

  it.each([
    [429, 'rate_limited'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [502, 'error'],
    [401, 'auth'],
  ] as const)('of %d without an error of Anthropic is %s', (status, kind) => {
    expect(answeredFailure(status, undefined, undefined, asIs)).toEqual({
      kind,
      status,
      type: 'api_error',
      message: `The model provider answered with status ${status}.`,
    });
  });
});

describe('the message of a failure', () => {
  it('is one line of at most 300 characters without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (message) => {
        const failure = answeredFailure(500, { type: 'api_error', message }, undefined, asIs);
        expect(failure.message.length).toBeLessThanOrEqual(300);
        expect(failure.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('does not hold the key, also where cutting would have left a part of it', () => {
    const key = 'sk-ant-api03-abcdefghijklmnop';
    const message = `${'x'.repeat(290)}${key}`;
    const redact = (text: string) => text.replaceAll(key, '[key]');
    expect(answeredFailure(401, { type: key, message }, undefined, redact)).toEqual({
      kind: 'auth',
      status: 401,
      type: '[key]',
      message: `${'x'.repeat(290)}[key]`,
    });
  });
});

describe('retry-after', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Fri, 01 May 2026 12:00:30 GMT', 30_000],
    ['Fri, 01 May 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (value, expected) => {
    expect(parseRetryAfterMs(value, now)).toBe(expected);
  });
});
