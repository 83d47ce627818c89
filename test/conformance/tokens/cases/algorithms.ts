import { createSecretKey } from 'node:crypto';
import {
  ecSigner,
  forger,
  hmacSigner,
  type KeyPair,
  rsaSigner,
  signToken,
  withAlgorithm,
} from '../../../support/json-web-token.ts';
import { honest, hostile, rsaToken, tokenOf } from '../case.ts';

const nothing = Buffer.alloc(0);
const pem = (key: KeyPair, type: 'spki' | 'pkcs1') =>
  key.publicKey.export({ type, format: 'pem' }).toString();
const der = (key: KeyPair) => key.publicKey.export({ type: 'spki', format: 'der' });
const algorithm = 'token_algorithm';

/** Tokens that want to be checked in another way than their issuer signs. */
export const algorithmCases = [
  honest('RS256 of its issuer', (world) => rsaToken(world)),
  honest('RS256 of an issuer whose key has no name', (world) => tokenOf('pem', world.pem)),
  honest('RS256 with a name for a key that has none', (world) =>
    tokenOf('pem', { ...world.pem, kid: 'any' }),
  ),
  honest('PS256 of its issuer', (world) => tokenOf('pss', world.pss)),
  honest('ES256 of its issuer', (world) => tokenOf('ec', world.ec)),
  honest('EdDSA of its issuer', (world) => tokenOf('ed', world.ed)),
  honest('HS256 of its issuer', (world) => tokenOf('secret', world.secret)),

  ...['none', 'None', 'NONE', 'nOnE'].map((alg) =>
    hostile(algorithm, `alg ${alg} without a signature`, () => tokenOf('rsa', forger(alg, nothing))),
  ),
  hostile(algorithm, 'alg none with the signature of another token', (world) => {
    const signature = rsaToken(world).split('.')[2] ?? '';
    return tokenOf('rsa', forger('none', Buffer.from(signature, 'base64url')));
  }),
  hostile(algorithm, 'alg none for an issuer with a secret', () =>
    tokenOf('secret', forger('none', nothing)),
  ),
  hostile('token_signature', 'no signature under an honest header', () =>
    tokenOf('rsa', forger('RS256', nothing, 'rsa-1')),
  ),
  hostile(algorithm, 'no alg at all', (world) => rsaToken(world, {}, { alg: undefined })),
  ...(
    [
      ['empty', ''],
      ['null', null],
      ['true', true],
      ['a number', 256],
      ['a list', ['RS256']],
      ['an object', { RS256: true }],
      ['in lower case', 'rs256'],
      ['with a space before', ' RS256'],
      ['with a line break after', 'RS256\n'],
      ['with a NUL after', 'RS256\u0000'],
      ['in full-width letters', '\uff32\uff33256'],
      ['with a Cyrillic S', 'R\u0405256'],
      ['with a zero-width joiner', 'RS\u200d256'],
      ['a name that objects inherit', 'constructor'],
      ['__proto__', '__proto__'],
      ['of a hash nobody has', 'RS255'],
      ['for encryption', 'RSA-OAEP'],
      ['that the issuer has not listed', 'PS256'],
    ] as const
  ).map(([name, alg]) => hostile(algorithm, `alg ${name}`, (world) => rsaToken(world, {}, { alg }))),

  ...(
    [
      ['as PEM', (key: KeyPair) => pem(key, 'spki')],
      ['as PEM without its last line break', (key: KeyPair) => pem(key, 'spki').trimEnd()],
      ['as PEM of PKCS #1', (key: KeyPair) => pem(key, 'pkcs1')],
      ['as DER', der],
      ['as JWK', (key: KeyPair) => JSON.stringify(key.jwk)],
      ['as its modulus', (key: KeyPair) => Buffer.from(String(key.jwk.n), 'base64url')],
    ] as const
  ).map(([name, secret]) =>
    hostile(algorithm, `HS256 under the public RSA key ${name}`, (world) =>
      tokenOf('rsa', hmacSigner(secret(world.rsa), 'HS256', 'rsa-1')),
    ),
  ),
  hostile(algorithm, 'HS256 under the very file that the issuer is known by', (world) =>
    tokenOf('pem', hmacSigner(world.pemFile)),
  ),
  hostile(algorithm, 'HS256 under the public EC key', (world) =>
    tokenOf('ec', hmacSigner(der(world.ec), 'HS256', 'ec-1')),
  ),
  hostile(algorithm, 'HS256 under the public Ed25519 key', (world) =>
    tokenOf('ed', hmacSigner(Buffer.from(String(world.ed.jwk.x), 'base64url'), 'HS256', 'ed-1')),
  ),
  hostile(algorithm, 'HS512 with the secret that is for HS256', (world) => {
    const signer = { ...world.secret, alg: 'HS512' };
    return tokenOf('secret', signer);
  }),
  hostile('token_signature', 'HS256 under the empty secret', () =>
    tokenOf('secret', hmacSigner(createSecretKey(nothing).export())),
  ),
  hostile('token_signature', 'HS256 under a well-known secret', () =>
    tokenOf('secret', hmacSigner('secret')),
  ),
  hostile(algorithm, 'RS256 for an issuer with a secret', (world) => tokenOf('secret', world.rsa)),
  hostile(algorithm, 'ES256 for an issuer with RSA keys', (world) => tokenOf('rsa', world.ec)),
  hostile(algorithm, 'ES384 with a key on P-256', (world) => tokenOf('ec', { ...world.ec, alg: 'ES384' })),
  hostile('token_signature', 'a signature of PKCS #1 where PSS is due', (world) =>
    tokenOf('pss', { ...withAlgorithm(world.pss, 'RS256'), alg: 'PS256' }),
  ),
  hostile('token_signature', 'a PSS signature where PKCS #1 is due', (world) =>
    tokenOf('rsa', { ...withAlgorithm(world.rsa, 'PS256'), alg: 'RS256' }),
  ),
  hostile('token_signature', 'a PSS signature without salt', (world) =>
    tokenOf('pss', withAlgorithm(world.pss, 'PS256', 0)),
  ),
  hostile('token_signature', 'a PSS signature with a longer salt', (world) =>
    tokenOf('pss', withAlgorithm(world.pss, 'PS256', 64)),
  ),
  hostile('token_signature', 'SHA-512 under a header that says SHA-256', (world) =>
    tokenOf('rsa', { ...withAlgorithm(world.rsa, 'RS512'), alg: 'RS256' }),
  ),
  hostile(algorithm, 'ES256K', () =>
    tokenOf('ec', { ...ecSigner('ec-1', 'ES256', 'secp256k1'), alg: 'ES256K' }),
  ),
  hostile('token_signature', 'ES256 with a key on secp256k1', () =>
    tokenOf('ec', ecSigner('ec-1', 'ES256', 'secp256k1')),
  ),
  hostile('token_signature', 'ES256 with a key on P-384', () =>
    tokenOf('ec', ecSigner('ec-1', 'ES256', 'P-384')),
  ),
  hostile('token_signature', 'RS256 with a stranger key of the same name', () =>
    tokenOf('rsa', rsaSigner('rsa-1')),
  ),
  hostile('token_signature', 'a key of another issuer under its own name', (world) =>
    tokenOf('rsa', { ...world.pem, kid: 'rsa-1' }),
  ),
  hostile('token_key', 'a key of another issuer, under its name there', (world) =>
    tokenOf('rsa', { ...world.pss, alg: 'RS256' }),
  ),
  hostile('token_issuer', 'an assertion that authz made for the api', (world) =>
    signToken(hmacSigner(world.assertionKey), {
      iss: 'gatehouse-authz',
      aud: 'gatehouse-api',
      sub: 'service-a',
      exp: Math.floor(Date.now() / 1000) + 30,
    }),
  ),
];
