import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { type AssertedIdentity, type AssertedRequest, contextSha256 } from './assertion-claims.ts';
import { createAssertionSigner } from './assertion-signer.ts';
import { createAssertionVerifier } from './assertion-verifier.ts';

const KEY = Buffer.alloc(32, 7);
const ISSUED_MS = Date.parse('2026-01-02T03:04:05.678Z');
const IDENTITY: AssertedIdentity = {
  client: 'service-a',
  tenant: 'default',
  tier: 'pro',
  keyId: 'key_0000000000000001',
  authMethod: 'api_key',
};
const REQUEST: AssertedRequest = {
  ...{ method: 'POST', path: '/claude/invoke?a=b', bodySha256: 'digest' },
  contextSha256: contextSha256('acme/shop', undefined),
};

const sign = createAssertionSigner({ key: KEY, ttlMs: 30_000, now: () => ISSUED_MS });
const verifyAt = (now: number, key: Uint8Array = KEY) => {
  const verify = createAssertionVerifier({ key, now: () => now });
  return (jws: string | undefined, { bodySha256, ...request }: AssertedRequest) =>
    verify(jws, { ...request, bodySha256: () => bodySha256 });
};

describe('an identity assertion', () => {
  test('gives back the identity for the request it was made for', async () => {
    const verdict = await verifyAt(ISSUED_MS)(sign(IDENTITY, REQUEST), REQUEST);
    expect(verdict).toEqual({ ok: true, identity: IDENTITY, limits: {} });
  });

  test('carries the limits of a submission', async () => {
    const limits = {
      ...{ maxTokens: 4000, maxTurns: 5, maxTimeoutS: 60 },
      ...{ skills: ['tdd', 'pdf'], models: ['haiku', 'sonnet'], model: 'haiku' },
    };
    const verdict = await verifyAt(ISSUED_MS)(sign(IDENTITY, REQUEST, limits), REQUEST);
    expect(verdict).toMatchObject({ ok: true, limits });
  });

  test('is a token that another library verifies as well, whatever is in it', async () => {
    const identity = { ...IDENTITY, client: 'ü " 😀\u0000' };
    const jws = sign(identity, { ...REQUEST, path: '/%C3%BC?a="b"' });
    const { payload, protectedHeader } = await jwtVerify(jws, KEY, { currentDate: new Date(ISSUED_MS) });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toMatchObject({ sub: identity.client, path: '/%C3%BC?a="b"' });
  });

  test('has the digest of a body computed only once its signature is good', async () => {
    const verify = createAssertionVerifier({ key: KEY, now: () => ISSUED_MS });
    const bodySha256 = vi.fn(() => 'digest');
    await verify(`${sign(IDENTITY, REQUEST)}x`, { ...REQUEST, bodySha256 });
    expect(bodySha256).not.toHaveBeenCalled();
    expect(await verify(sign(IDENTITY, REQUEST), { ...REQUEST, bodySha256 })).toMatchObject({ ok: true });
    expect(bodySha256).toHaveBeenCalledOnce();
  });

  test('is refused once it has expired', async () => {
    const jws = sign(IDENTITY, REQUEST);
    expect(await verifyAt(ISSUED_MS + 29_000)(jws, REQUEST)).toMatchObject({ ok: true });
    expect(await verifyAt(ISSUED_MS + 31_000)(jws, REQUEST)).toEqual({ ok: false, reason: 'expired' });
  });

  test.each([
    ['method', { method: 'GET' }, 'other_method'],
    ['path', { path: '/claude/stream?a=b' }, 'other_path'],
    ['query', { path: '/claude/invoke' }, 'other_path'],
    ['body', { bodySha256: '' }, 'other_body'],
    ['repository', { contextSha256: contextSha256('acme/other', undefined) }, 'other_context'],
    ['branch', { contextSha256: contextSha256('acme/shop', 'main') }, 'other_context'],
    ['place of a name', { contextSha256: contextSha256(undefined, 'acme/shop') }, 'other_context'],
  ] as const)('is refused with another %s', async (_, change, reason) => {
    const verdict = await verifyAt(ISSUED_MS)(sign(IDENTITY, REQUEST), { ...REQUEST, ...change });
    expect(verdict).toEqual({ ok: false, reason });
  });

  test('is refused when another key signed it', async () => {
    const verdict = await verifyAt(ISSUED_MS, Buffer.alloc(32, 8))(sign(IDENTITY, REQUEST), REQUEST);
    expect(verdict).toEqual({ ok: false, reason: 'bad_signature' });
  });

  test.each([undefined, ''])('is missing when the header is %j', async (jws) => {
    expect(await verifyAt(ISSUED_MS)(jws, REQUEST)).toEqual({ ok: false, reason: 'missing' });
  });

  test.each(['x', 'a.b.c', `${'e30.'.repeat(2)}x`])('is malformed when it is %j', async (jws) => {
    expect(await verifyAt(ISSUED_MS)(jws, REQUEST)).toEqual({ ok: false, reason: 'malformed' });
  });

  test('is refused without a signature', async () => {
    const [, payload] = sign(IDENTITY, REQUEST).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await verifyAt(ISSUED_MS)(`${header}.${payload}.`, REQUEST)).toMatchObject({ ok: false });
  });

  test.each([
    ['as it is', {}, { ok: true }],
    ['without a claim', { tenant: undefined }, { ok: false, reason: 'wrong_claims' }],
    ['for someone else', { aud: 'gatehouse-admin' }, { ok: false, reason: 'wrong_claims' }],
    ['from someone else', { iss: 'gatehouse-api' }, { ok: false, reason: 'wrong_claims' }],
    ['without an end', { exp: undefined }, { ok: false, reason: 'wrong_claims' }],
  ])('signed anew with its claims %s is judged by them', async (_, change, verdict) => {
    const claims = { ...decodeJwt(sign(IDENTITY, REQUEST)), ...change };
    const jws = await new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(KEY);
    expect(await verifyAt(ISSUED_MS)(jws, REQUEST)).toMatchObject(verdict);
  });
});
