import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noHeaders } from '../request-headers.ts';
import { bearerBytes, bearerValue, type Presentation, presentCredential } from './present.ts';

function present(
  headers: Record<string, string>,
  { certificate = '', ...presentation }: Partial<Presentation> & { certificate?: string } = {},
) {
  return presentCredential(
    { headers: { ...noHeaders(), ...headers }, source: { address: '', certificate } },
    { certificates: 'none', sessions: false, ...presentation },
  );
}

describe('a token is found', () => {
  test.each([
    ['in x-api-key', { 'x-api-key': 't' }],
    ['in Authorization: Bearer', { authorization: 'Bearer t' }],
    ['whatever the case of the scheme', { authorization: 'bEARER  t' }],
    ['once, when both headers have it', { 'x-api-key': 't', authorization: 'Bearer t' }],
    ['beside an empty header', { 'x-api-key': '', authorization: 'Bearer t' }],
  ])('%s', (_, headers) => {
    expect(present(headers)).toEqual({ kind: 'token', token: 't' });
  });
});

describe('two different credentials are ambiguous', () => {
  test.each([
    ['two tokens', { 'x-api-key': 't', authorization: 'Bearer u' }],
    ['a token and a password', { 'x-api-key': 't', authorization: 'Basic dTpw' }],
    ['a token and the same token twice', { 'x-api-key': 't', authorization: 'Bearer t,Bearer t' }],
  ])('%s', (_, headers) => {
    expect(present(headers)).toEqual({ kind: 'ambiguous' });
  });
});

test.each([{}, { 'x-api-key': '', authorization: '' }])('there is no credential in %j', (headers) => {
  expect(present(headers)).toEqual({ kind: 'none' });
});

describe('a credential is unusable', () => {
  test.each([
    ['repeated_header', { 'x-api-key': 't,t' }],
    ['repeated_header', { authorization: 'Bearer t,Bearer t' }],
    ['unsupported_scheme', { authorization: 't' }],
    ['unsupported_scheme', { authorization: 'Basic dTpw' }],
    ['unsupported_scheme', { authorization: 'Bearer' }],
    ['unsupported_scheme', { authorization: 'Bearer t x' }],
  ])('%s: %j', (reason, headers: Record<string, string>) => {
    expect(present(headers)).toEqual({ kind: 'unusable', reason });
  });
});

describe('a client certificate', () => {
  const alone = { certificate: 'pem', certificates: 'alone' } as const;
  const withoutToken = { certificate: 'pem', certificates: 'without_token' } as const;

  test('is a credential where it is the only one', () => {
    expect(present({}, alone)).toEqual({ kind: 'certificate', encodedPem: 'pem' });
    expect(present({}, withoutToken)).toEqual({ kind: 'certificate', encodedPem: 'pem' });
  });

  test.each([
    ['a token', { 'x-api-key': 't' }],
    ['a password', { authorization: 'Basic dTpw' }],
    ['a login', { 'x-gatehouse-id-token': 'i' }],
  ])('beside %s is ambiguous', (_, headers) => {
    expect(present(headers, { ...alone, sessions: true })).toEqual({ kind: 'ambiguous' });
  });

  test('beside a token counts for nothing where the configuration says so', () => {
    expect(present({ 'x-api-key': 't' }, withoutToken)).toEqual({ kind: 'token', token: 't' });
  });

  test('counts for nothing where certificates are off', () => {
    expect(present({}, { certificate: 'pem' })).toEqual({ kind: 'none' });
  });

  test('comes from the connection, whatever a header says', () => {
    const headers = { 'x-forwarded-client-cert': 'Hash=0;URI=spiffe://example.org/admin' };
    expect(present(headers, { certificates: 'alone' })).toEqual({ kind: 'none' });
  });
});

describe('a login', () => {
  const headers = { 'x-gatehouse-id-token': 'i' };

  test('is a credential where browsers can log in', () => {
    expect(present(headers, { sessions: true })).toEqual({ kind: 'session', idToken: 'i' });
    expect(present(headers)).toEqual({ kind: 'none' });
  });

  test('gives way to a token, because cookies go with every request', () => {
    const both = { ...headers, 'x-api-key': 't' };
    expect(present(both, { sessions: true })).toEqual({ kind: 'token', token: 't' });
  });
});

describe('the bytes of a bearer token', () => {
  const value = fc.oneof(
    fc.constantFrom(
      '',
      'Bearer t',
      'bEARER   t.u.v',
      'Bearer',
      'Bearer ',
      'Bearer\tt',
      'Bearer t u',
      'Bearer t,u',
      'Bearert',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc
      .string({ unit: fc.constantFrom('t', ',', ' ', '\t', '\u00a0', 'é'), maxLength: 6 })
      .map((text) => `Bearer ${text}`),
  );
  const presentation = fc.record({
    certificates: fc.constantFrom<Presentation['certificates']>('none', 'alone', 'without_token'),
    sessions: fc.boolean(),
  });

  test('are those of the one credential that a request has, or of one that is unusable', () => {
    const few = fc.constantFrom('', 't');
    fc.assert(
      fc.property(value, few, few, few, presentation, (authorization, apiKey, idToken, certificate, how) => {
        const headers = {
          ...noHeaders(),
          authorization,
          'x-api-key': apiKey,
          'x-gatehouse-id-token': idToken,
        };
        const source = { address: '', certificate };
        const value = bearerValue({ authorization: Buffer.from(authorization), headers, source }, how);
        const bytes = value && bearerBytes(value);
        if (bytes === undefined) return;
        const credential = presentCredential({ headers, source }, how);
        const token = Buffer.from(bytes).toString();
        const isOne = /^[^\s,]+$/.test(token);
        expect(credential).toMatchObject(isOne ? { kind: 'token', token } : { kind: 'unusable' });
      }),
      { numRuns: 3_000 },
    );
  });

  test('are there for a request with nothing else', () => {
    const authorization = Buffer.from('Bearer  t.u.v');
    const source = { address: '', certificate: '' };
    const value = bearerValue(
      { authorization, headers: noHeaders(), source },
      { certificates: 'alone', sessions: true },
    );
    expect(value).toBe(authorization);
    expect(Buffer.from(bearerBytes(authorization) ?? []).toString()).toBe('t.u.v');
  });
});
