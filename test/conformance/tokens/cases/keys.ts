import { createHash } from 'node:crypto';
import {
  claimsOf,
  edSigner,
  forger,
  hmacSigner,
  rsaSigner,
  signToken,
} from '../../../support/json-web-token.ts';
import { honest, hostile, rsaToken, tokenOf } from '../case.ts';
import { ISSUERS } from '../world.ts';

const emptySecret = Buffer.alloc(0);

/** EMSA-PKCS1-v1_5 (RFC 8017, section 9.2): with the exponent 1 it is its own signature. */
function encodedHash(input: string, bytes: number): Buffer {
  const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.concat([prefix, createHash('sha256').update(input).digest()]);
  return Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.alloc(bytes - digest.length - 3, 0xff),
    Buffer.from([0]),
    digest,
  ]);
}

/** Tokens that want to choose the key that they are checked with. */
export const keyCases = [
  honest('no kid, where one key fits', (world) => tokenOf('ec', { ...world.ec, kid: undefined as never })),
  honest('x5t beside kid, which only names a certificate', (world) =>
    rsaToken(world, {}, { x5t: 'c29tZSBjZXJ0aWZpY2F0ZQ' }),
  ),
  ...(
    [
      ['a path', '../../../../../dev/null'],
      ['SQL', "x' UNION SELECT 'secret';--"],
      ['a command', 'rsa-1; curl 127.0.0.1'],
      ['an address', 'http://127.0.0.1/key'],
      ['a template', '{{7*7}}'],
      ['with a NUL', 'rsa-1\u0000'],
      ['with a line break', 'rsa-1\r\nx-client-id: admin'],
      ['in other case', 'RSA-1'],
      ['__proto__', '__proto__'],
      ['toString', 'toString'],
      ['empty', ''],
      ['that the set does not have', 'rsa-2'],
    ] as const
  ).map(([name, kid]) => hostile('token_key', `kid ${name}`, (world) => tokenOf('rsa', world.rsa, { kid }))),
  ...(
    [
      ['of 10,000 characters', 'k'.repeat(10_000)],
      ['a list', ['rsa-1']],
      ['an object', { kid: 'rsa-1' }],
      ['a number', 1],
      ['null', null],
      ['false', false],
    ] as const
  ).map(([name, kid]) =>
    hostile('token_header', `kid ${name}`, (world) => tokenOf('rsa', world.rsa, { kid })),
  ),
  hostile('token_algorithm', 'kid of /dev/null and HS256 under nothing', () =>
    tokenOf('rsa', hmacSigner(emptySecret, 'HS256', '/dev/null')),
  ),

  hostile('token_key', 'a key of 1024 bits that the set has', (world) =>
    tokenOf('rsa', world.unusable.small),
  ),
  hostile('token_key', 'a key for encryption that the set has', (world) =>
    tokenOf('rsa', world.unusable.encryption),
  ),
  hostile('token_key', 'a key with other operations that the set has', (world) =>
    tokenOf('rsa', world.unusable.operations),
  ),
  hostile('token_key', 'a key for another algorithm that the set has', (world) =>
    tokenOf('rsa', world.unusable.otherAlgorithm),
  ),
  hostile('token_key', 'a key with the exponent 1, under which everybody can sign', () =>
    tokenOf('rsa', { alg: 'RS256', kid: 'exponent-one', sign: (input) => encodedHash(input, 256) }),
  ),
  hostile('token_algorithm', 'RS512 with a key whose set says RS256', (world) =>
    tokenOf('pem', { ...world.pem, alg: 'RS512' }),
  ),
  hostile('token_key', 'an algorithm of the issuer that the key is not for', (world) =>
    tokenOf('rsa', { ...world.rsa, alg: 'RS512' }),
  ),

  hostile('token_header', 'its own key as jwk', () => {
    const own = rsaSigner();
    return tokenOf('rsa', own, { jwk: own.jwk });
  }),
  hostile('token_header', 'its own key as jwk, under a kid of the issuer', () => {
    const own = rsaSigner('rsa-1');
    return tokenOf('rsa', own, { jwk: own.jwk });
  }),
  hostile('token_header', 'a jwk, though the issuer signed', (world) =>
    rsaToken(world, {}, { jwk: world.rsa.jwk }),
  ),
  hostile('token_header', 'jku to the attacker', (world) =>
    tokenOf('rsa', rsaSigner('mine'), { jku: `${world.attackerUrl}/jwks` }),
  ),
  hostile('token_header', 'jku to the attacker, though the issuer signed', (world) =>
    rsaToken(world, {}, { jku: `${world.attackerUrl}/jwks` }),
  ),
  hostile('token_header', 'x5u to the attacker', (world) =>
    tokenOf('rsa', rsaSigner('mine'), { x5u: `${world.attackerUrl}/chain.pem` }),
  ),
  hostile('token_header', 'x5c with a certificate of its own', () =>
    tokenOf('rsa', rsaSigner('mine'), { x5c: ['MIIBszCCAVmgAwIBAgIUQ'] }),
  ),
  hostile('token_issuer', 'the development issuer, which is off', () =>
    signToken(edSigner(), claimsOf('gatehouse-development')),
  ),
  hostile('token_issuer', 'an issuer that points to the attacker', (world) =>
    signToken(rsaSigner('mine'), claimsOf(world.attackerUrl)),
  ),
  hostile('token_issuer', 'an issuer that begins with a known one', (world) =>
    signToken(world.rsa, claimsOf(`${ISSUERS.rsa}@attacker.example`)),
  ),
  hostile('token_issuer', 'an issuer in other case', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa.toUpperCase())),
  ),
  hostile('token_issuer', 'an issuer without its last slash', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa.slice(0, -1))),
  ),
  hostile('token_issuer', 'a list of issuers', (world) =>
    signToken(world.rsa, claimsOf(ISSUERS.rsa, { iss: [ISSUERS.rsa] })),
  ),
  hostile('token_issuer', 'no issuer', (world) => rsaToken(world, { iss: undefined })),
  hostile('token_signature', 'the issuer of one and the key of another', (world) =>
    tokenOf('ec', { ...world.strict, alg: 'ES256', kid: 'ec-1' }),
  ),
  hostile('token_signature', 'random bytes as signature', () =>
    tokenOf('pem', forger('RS256', Buffer.alloc(256, 0x5a))),
  ),
];
