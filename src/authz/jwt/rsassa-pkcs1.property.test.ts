import {
  constants,
  generateKeyPairSync,
  hash,
  type KeyObject,
  privateEncrypt,
  sign,
  verify,
} from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pkcs1Verifier } from './rsassa-pkcs1.ts';

const INPUT = Buffer.from('what is signed');
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const DIGEST = hash('sha256', INPUT, 'buffer');

/** Octets that the owner of a key has signed, whatever they say. */
function signOctets(privateKey: KeyObject, encoded: Uint8Array): Buffer {
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
}

/** EM of RFC 8017, section 9.2, made of other parts. */
function encode(
  length: number,
  info: Uint8Array,
  { begin = [0, 1], fill = 0xff, paddingBytes = Number.NaN } = {},
): Buffer {
  const rest = Buffer.concat([Buffer.of(0), info]);
  const room = Number.isNaN(paddingBytes) ? length - begin.length - rest.length : paddingBytes;
  const encoded = Buffer.concat([Buffer.from(begin), Buffer.alloc(room, fill), rest]);
  return Buffer.concat([encoded, Buffer.alloc(length - encoded.length, 0x5a)]);
}

describe.each([2048, 2050, 3072])('under a key of %i bits', (modulusLength) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const length = Math.ceil(modulusLength / 8);
  const modulus = BigInt(
    `0x${Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`,
  );
  const isGood = pkcs1Verifier('sha256', publicKey);
  const nodeSays = (input: Uint8Array, signature: Uint8Array) =>
    verify('sha256', input, { key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
  const good = sign('sha256', INPUT, privateKey);

  it.each(['sha256', 'sha384', 'sha512'] as const)('takes signatures over any input (%s)', (name) => {
    const isSigned = pkcs1Verifier(name, publicKey);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (input) => {
        expect(isSigned(input, sign(name, input, privateKey))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['sha384', 'sha512'] as const)('refuses one that was made with %s', (name) => {
    expect(isGood(INPUT, sign(name, INPUT, privateKey))).toBe(false);
  });

  it.each([
    [
      'no NULL beside the algorithm',
      encode(
        length,
        Buffer.concat([
          Buffer.from('302f300b0609608648016503040201', 'hex'),
          Buffer.from('0420', 'hex'),
          DIGEST,
        ]),
      ),
    ],
    [
      'octets behind the digest (Bleichenbacher, 2006)',
      encode(length, Buffer.concat([SHA256_INFO, DIGEST]), { paddingBytes: 8 }),
    ],
    ['one octet less of padding', encode(length, Buffer.concat([SHA256_INFO, DIGEST, Buffer.of(0)]))],
    ['another padding', encode(length, Buffer.concat([SHA256_INFO, DIGEST]), { fill: 0xfe })],
    ['the block type of encryption', encode(length, Buffer.concat([SHA256_INFO, DIGEST]), { begin: [0, 2] })],
    ['another first octet', encode(length, Buffer.concat([SHA256_INFO, DIGEST]), { begin: [1, 1] })],
    [
      'a length of BER',
      encode(length, Buffer.concat([Buffer.from('308131300d060960864801650304020105000420', 'hex'), DIGEST])),
    ],
    ['the digest alone', encode(length, DIGEST)],
    [
      'the digest of something else',
      encode(length, Buffer.concat([SHA256_INFO, hash('sha256', 'else', 'buffer')])),
    ],
  ])('refuses %s, signed by the key’s owner', (_, encoded) => {
    // Of a key that is not of whole octets some are beyond the modulus, which is a case of its own.
    if (BigInt(`0x${encoded.toString('hex')}`) >= modulus) return;
    const signature = signOctets(privateKey, encoded);
    expect(isGood(INPUT, signature)).toBe(false);
    expect(nodeSays(INPUT, signature)).toBe(false);
  });

  it('takes the one encoding, put together by hand', () => {
    const encoded = encode(length, Buffer.concat([SHA256_INFO, DIGEST]));
    expect(isGood(INPUT, signOctets(privateKey, encoded))).toBe(true);
  });

  it('refuses the same number written longer or shorter, and one beyond the modulus', () => {
    const beyond = (BigInt(`0x${good.toString('hex')}`) + modulus).toString(16).padStart(2 * length, '0');
    const others = [
      Buffer.concat([Buffer.of(0), good]),
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.alloc(0),
      Buffer.alloc(length),
      Buffer.alloc(length, 0xff),
      Buffer.from(beyond.length % 2 === 0 ? beyond : `0${beyond}`, 'hex'),
    ];
    for (const signature of others) expect(isGood(INPUT, signature)).toBe(false);
  });

  it('says of any octets what OpenSSL says', () => {
    const changed = fc
      .array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { maxLength: 3 })
      .map((changes) =>
        changes.reduce((octets, [at, octet]) => octets.fill(octet, at, at + 1), Buffer.from(good)),
      );
    const any = fc.oneof(
      changed,
      fc.uint8Array({ maxLength: length + 1 }),
      fc.uint8Array({ minLength: length, maxLength: length }),
    );
    fc.assert(
      fc.property(any, (signature) => {
        expect(isGood(INPUT, signature)).toBe(nodeSays(INPUT, signature));
      }),
      { numRuns: 300 },
    );
  });
});
