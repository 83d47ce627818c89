import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSubject } from '../../config/index.ts';
import type { AlgorithmName } from './algorithm.ts';
import type { IssuerRules } from './issuer.ts';
import { keySetFromSecret } from './key-set.ts';
import { readToken } from './token.ts';
import { verifyToken } from './verify.ts';

const NOW_MS = 1_800_000_000_000;
const SECRET = Buffer.from('the secret of this property test');
const algorithms = new Set<AlgorithmName>(['HS256']);
const keys = keySetFromSecret(SECRET, algorithms);
const rules: IssuerRules = {
  ...{ issuer: 'a', audiences: new Set(['gatehouse']), algorithms, types: new Set(['jwt']) },
  ...{ leewayMs: 0, maxAgeMs: undefined, subject: defaultSubject },
};

function sign(payload: string): string {
  const input = ['{"alg":"HS256"}', payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

function verdict(token: string) {
  const read = readToken(token);
  return read.ok ? verifyToken(read.token, rules, keys, NOW_MS) : read;
}

const claims = { iss: 'a', aud: 'gatehouse', sub: 'user-789', exp: NOW_MS / 1000 + 60 };

test('a token with any one character changed, taken away or added does not count', () => {
  const token = sign(JSON.stringify(claims));
  expect(verdict(token).ok).toBe(true);
  const character = fc.constantFrom(...'ABCDwxyz0189-_=. +/\n\u00e9{');
  const change = fc.constantFrom(0, 1);
  fc.assert(
    fc.property(fc.nat({ max: token.length }), character, change, change, (at, added, cut, put) => {
      const changed = token.slice(0, at) + (put ? added : '') + token.slice(at + cut);
      fc.pre(changed !== token);
      expect(verdict(changed).ok).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('whatever a signed payload says, it is answered and never thrown; who counts has a name, a tenant and an end', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('gatehouse', 'a', 1, NOW_MS / 1000 + 1));
  const names = fc.constantFrom(...['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'tenant', 'roles']);
  const more = fc.constantFrom(...['scope', 'permissions', 'email', 'email_verified', 'cnf', '__proto__']);
  const changes = fc.dictionary(fc.oneof(names, more), value, { maxKeys: 4 });
  fc.assert(
    fc.property(changes, (changed) => {
      const answer = verdict(sign(JSON.stringify({ ...claims, ...changed })));
      if (!answer.ok) {
        expect(answer.reason).toMatch(/^token_/);
        return;
      }
      expect(answer.principal.client).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
      expect(answer.principal.tenant).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
      expect(answer.validUntilMs).toBeGreaterThan(NOW_MS);
    }),
    { numRuns: 1000 },
  );
});
