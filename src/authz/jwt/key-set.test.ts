import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AlgorithmName } from './algorithm.ts';
import { keySetFromJwks, keySetFromPem, keySetFromSecret } from './key-set.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const ASYMMETRIC = new Set<AlgorithmName>(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']);
const SYMMETRIC = new Set<AlgorithmName>(['HS256', 'HS512']);

const jwk = ({ publicKey }: { publicKey: KeyObject }, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...more,
});
const pem = ({ publicKey }: { publicKey: KeyObject }) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();
const set = (...keys: unknown[]) => keySetFromJwks(Buffer.from(JSON.stringify({ keys })), ASYMMETRIC);
const kidsFor = (keys: ReturnType<typeof set>, algorithm: AlgorithmName, kid?: string) =>
  keys.candidates({ algorithm, kid }).map((key) => key.kid);

describe('a JWK Set', () => {
  test('gives the keys that a header can mean: by kid, and by algorithm', () => {
    const keys = set(jwk(rsa, { kid: 'r' }), jwk(ec, { kid: 'e' }), jwk(ed, { kid: 'o' }));
    expect(kidsFor(keys, 'RS256', 'r')).toEqual(['r']);
    expect(kidsFor(keys, 'PS256', 'r')).toEqual(['r']);
    expect(kidsFor(keys, 'ES256', 'r')).toEqual([]);
    expect(kidsFor(keys, 'ES384', 'e')).toEqual([]);
    expect(kidsFor(keys, 'EdDSA')).toEqual(['o']);
    expect(kidsFor(keys, 'HS256')).toEqual([]);
  });

  test('holds a key to the algorithm that it names', () => {
    const keys = set(jwk(rsa, { kid: 'r', alg: 'PS256' }));
    expect(kidsFor(keys, 'PS256')).toEqual(['r']);
    expect(kidsFor(keys, 'RS256')).toEqual([]);
  });

  test('has the key of a kid before any number of keys of no name', () => {
    const unnamed = Array.from({ length: 9 }, () => jwk(generateKeyPairSync('ed25519')));
    expect(kidsFor(set(...unnamed, jwk(ed, { kid: 'o' })), 'EdDSA', 'o')[0]).toBe('o');
  });

  test('has a key of no name for any kid', () => {
    expect(kidsFor(set(jwk(rsa)), 'RS256', 'whatever')).toEqual([undefined]);
  });

  test('tries a token without a kid with eight keys at most', () => {
    const twelve = Array.from({ length: 12 }, (_, n) => jwk(rsa, { kid: `r${n}` }));
    expect(kidsFor(set(...twelve), 'RS256')).toHaveLength(8);
  });

  test.each([
    ['its kid is not a text', { kid: 7 }],
    ['it is not for signatures (use)', { use: 'enc' }],
    ['it is not for verifying (key_ops)', { key_ops: ['encrypt'] }],
    ['it is not for verifying (key_ops)', { key_ops: 'verify' }],
    ['it fits none of ', { alg: 'RSA-OAEP' }],
    ['it has the exponent 1', { e: 'AQ' }],
    ['it has the exponent 65536', { e: 'AQAA' }],
    ['it cannot be read', { n: undefined }],
    ['it has 256 bits', { n: Buffer.alloc(32, 0xff).toString('base64url') }],
  ])('leaves a key out: %s', (why, change) => {
    const keys = set(jwk(ec, { kid: 'e' }), jwk(rsa, { kid: 'r', ...change }));
    expect(keys.keys.map(({ kid }) => kid)).toEqual(['e']);
    expect(keys.leftOut).toEqual([expect.stringContaining(`Key 2 is left out: ${why}`)]);
  });

  test('leaves out two keys of one name that cannot be told apart', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = set(jwk(ec, { kid: 'same' }), jwk(other, { kid: 'same' }), jwk(rsa, { kid: 'same' }));
    expect(keys.keys.map(({ key }) => key.asymmetricKeyType)).toEqual(['rsa']);
    expect(keys.leftOut).toHaveLength(2);
  });

  test.each([
    ['a private key', () => [jwk(rsa), ec.privateKey.export({ format: 'jwk' })], 'private key'],
    ['a secret', () => [jwk(rsa), { kty: 'oct', k: 'AAAA' }], 'a secret among public keys'],
  ])('is refused as a whole with %s in it', (_, keys, message) => {
    expect(() => set(...keys())).toThrow(message);
  });

  test.each(['', '[]', '{}', '{"keys":{}}', '{"keys":[],"keys":[]}', '<html>'])('is not %j', (text) => {
    expect(() => keySetFromJwks(Buffer.from(text), ASYMMETRIC)).toThrow(/^it /);
  });

  test('has at most 100 keys', () => {
    expect(() => set(...Array.from({ length: 101 }, () => jwk(ec)))).toThrow('it has 101 keys');
  });

  test('of secrets is for HS* alone', () => {
    const k = Buffer.alloc(64, 1).toString('base64url');
    const read = (...keys: object[]) => keySetFromJwks(Buffer.from(JSON.stringify({ keys })), SYMMETRIC);
    expect(read({ kty: 'oct', k, kid: 's' }).candidates({ algorithm: 'HS512', kid: 's' })).toHaveLength(1);
    expect(() => read({ kty: 'oct', k }, jwk(rsa))).toThrow('public keys among secrets');
  });

  test('equals another with the same keys only', () => {
    const [one, other] = [jwk(ec, { kid: 'e' }), jwk(rsa, { kid: 'r' })];
    expect(set(one, other).equals(set(other, one))).toBe(true);
    expect(set(one).equals(set(one, other))).toBe(false);
    expect(set(one).equals(set({ ...one, kid: 'f' }))).toBe(false);
  });
});

describe('PEM', () => {
  test('of more keys than a token is tried with is refused, as some would never count', () => {
    const keys = Array.from({ length: 9 }, () => pem(generateKeyPairSync('ed25519')));
    expect(keySetFromPem(keys.slice(1).join(''), ASYMMETRIC).keys).toHaveLength(8);
    expect(() => keySetFromPem(keys.join(''), ASYMMETRIC)).toThrow('it holds 9 keys; 8 are taken');
  });

  test('may hold several keys', () => {
    const keys = keySetFromPem(`# ours\n${pem(rsa)}\n${pem(ec)}`, ASYMMETRIC);
    expect(keys.keys.map(({ key }) => key.asymmetricKeyType)).toEqual(['rsa', 'ec']);
  });

  test.each([
    ['nothing', () => '', 'no public key'],
    ['garbage', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'cannot be used'],
    [
      'a private key',
      () => rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'a private key',
    ],
    ['a key on another curve', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-521' })), 'fits none of'],
    ['a short key', () => pem(generateKeyPairSync('rsa', { modulusLength: 1024 })), 'has 1024 bits'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => keySetFromPem(text(), ASYMMETRIC)).toThrow(message);
  });
});

test.each([
  ['HS256', 31, false],
  ['HS256', 32, true],
  ['HS512', 63, false],
  ['HS512', 64, true],
] as const)('a secret for %s of %d bytes is long enough: %s', (name, bytes, isEnough) => {
  const read = () => keySetFromSecret(Buffer.alloc(bytes, 1), new Set<AlgorithmName>(['HS256', name]));
  if (isEnough) expect(read().keys).toHaveLength(1);
  else expect(read).toThrow(`it has ${bytes} bytes, too few for ${name}`);
});
