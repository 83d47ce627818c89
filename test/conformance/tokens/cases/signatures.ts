import { sign } from 'node:crypto';
import { claimsOf, forger, part, signToken } from '../../../support/json-web-token.ts';
import { honest, hostile, rsaToken, tokenOf } from '../case.ts';
import { ISSUERS, type World } from '../world.ts';

/** The order of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
/** The order of Ed25519's base point (RFC 8032, section 5.1). */
const ED_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const scalar = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const ecForged = (r: bigint, s: bigint) =>
  tokenOf('ec', forger('ES256', Buffer.concat([scalar(r), scalar(s)]), 'ec-1'));

/** Changes the signature of a good token. */
function resigned(token: string, change: (signature: Buffer) => Buffer): string {
  const [header, payload, signature = ''] = token.split('.');
  return `${header}.${payload}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`;
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function derSigned({ ec }: World): string {
  return tokenOf('ec', {
    ...ec,
    sign: (input) => sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'der' }),
  });
}

/** Signatures that are nearly right, or right for something else. */
export const signatureCases = [
  honest('ECDSA with s in the other half of its range, which is as good', ({ ec }) =>
    resigned(tokenOf('ec', ec), (signature) => {
      const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
      return Buffer.concat([signature.subarray(0, 32), scalar(ORDER - s)]);
    }),
  ),
  hostile('token_signature', 'cut by a byte', (world) =>
    resigned(rsaToken(world), (all) => all.subarray(0, -1)),
  ),
  hostile('token_signature', 'with a byte more', (world) =>
    resigned(rsaToken(world), (all) => Buffer.concat([all, Buffer.alloc(1)])),
  ),
  hostile('token_signature', 'with a zero byte before', (world) =>
    resigned(rsaToken(world), (all) => Buffer.concat([Buffer.alloc(1), all])),
  ),
  hostile('token_signature', 'with one bit changed', (world) =>
    resigned(rsaToken(world), (all) => {
      all.writeUInt8(all.readUInt8(100) ^ 1, 100);
      return all;
    }),
  ),
  hostile('token_signature', 'of another token', (world) => {
    const other = rsaToken(world, { sub: 'service-a' }).split('.')[2];
    return `${rsaToken(world, { sub: 'admin' }).split('.').slice(0, 2).join('.')}.${other}`;
  }),
  hostile('token_signature', 'over other claims', (world) => {
    const [header, , signature] = rsaToken(world).split('.');
    return `${header}.${part(claimsOf(ISSUERS.rsa, { sub: 'admin' }))}.${signature}`;
  }),
  hostile('token_signature', 'over another header', (world) => {
    const [, payload, signature] = rsaToken(world).split('.');
    return `${part({ alg: 'RS256', kid: 'rsa-1' })}.${payload}.${signature}`;
  }),
  hostile('token_signature', 'RSA of zeros', () =>
    tokenOf('rsa', forger('RS256', Buffer.alloc(256), 'rsa-1')),
  ),
  hostile('token_signature', 'RSA of one', () =>
    tokenOf('rsa', forger('RS256', Buffer.concat([Buffer.alloc(255), Buffer.from([1])]), 'rsa-1')),
  ),
  hostile('token_signature', 'RSA as large as the modulus', ({ rsa }) =>
    tokenOf('rsa', forger('RS256', Buffer.from(String(rsa.jwk.n), 'base64url'), 'rsa-1')),
  ),
  hostile('token_signature', 'ECDSA with r and s zero', () => ecForged(0n, 0n)),
  hostile('token_signature', 'ECDSA with r zero', () => ecForged(0n, 1n)),
  hostile('token_signature', 'ECDSA with s zero', () => ecForged(1n, 0n)),
  hostile('token_signature', 'ECDSA with r and s the order', () => ecForged(ORDER, ORDER)),
  hostile('token_signature', 'ECDSA with r and s one', () => ecForged(1n, 1n)),
  hostile('token_signature', 'ECDSA in DER', derSigned),
  hostile('token_signature', 'ECDSA without its s', ({ ec }) =>
    resigned(tokenOf('ec', ec), (all) => all.subarray(0, 32)),
  ),
  hostile('token_signature', 'ECDSA with zeros after it', ({ ec }) =>
    resigned(tokenOf('ec', ec), (all) => Buffer.concat([all, Buffer.alloc(2)])),
  ),
  hostile('token_signature', 'Ed25519 of zeros', () =>
    tokenOf('ed', forger('EdDSA', Buffer.alloc(64), 'ed-1')),
  ),
  hostile('token_signature', 'Ed25519 with S beyond the order', ({ ed }) =>
    resigned(tokenOf('ed', ed), (all) => {
      const s = littleEndian(all.subarray(32)) + ED_ORDER;
      const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
      return Buffer.concat([all.subarray(0, 32), bytes]);
    }),
  ),
  hostile('token_signature', 'HMAC cut to half', ({ secret }) =>
    resigned(tokenOf('secret', secret), (all) => all.subarray(0, 16)),
  ),
  hostile('token_signature', 'over the decoded parts', (world) =>
    signToken(
      {
        ...world.rsa,
        sign: (input) =>
          world.rsa.sign(
            input
              .split('.')
              .map((text) => Buffer.from(text, 'base64url').toString())
              .join('.'),
          ),
      },
      claimsOf(ISSUERS.rsa),
    ),
  ),
];
