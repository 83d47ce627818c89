import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { type Pkcs1Hash, pkcs1Verifier } from './rsassa-pkcs1.ts';

interface Hmac {
  kind: 'hmac';
  hash: string;
  /** RFC 7518, section 3.2: a key as long as the hash or longer. */
  minKeyBytes: number;
}

interface Rsa {
  kind: 'rsa';
  hash: Pkcs1Hash;
  padding: 'pkcs1' | 'pss';
  /** RFC 7518, section 3.5: as long as the hash. */
  saltBytes: number;
}

interface Ecdsa {
  kind: 'ec';
  hash: string;
  /** OpenSSL's name. */
  curve: string;
  signatureBytes: number;
}

interface Eddsa {
  kind: 'okp';
  curve: string;
  signatureBytes: number;
}

const rsa = (bits: 256 | 384 | 512, padding: Rsa['padding']): Rsa => ({
  kind: 'rsa',
  hash: `sha${bits}`,
  padding,
  saltBytes: bits / 8,
});
const hmac = (bits: number): Hmac => ({ kind: 'hmac', hash: `sha${bits}`, minKeyBytes: bits / 8 });
const ed25519: Eddsa = { kind: 'okp', curve: 'ed25519', signatureBytes: 64 };

/** What a signature may be made with (RFC 7518, RFC 8037, RFC 9864). `none` is not among them. */
export const ALGORITHMS = {
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
  RS256: rsa(256, 'pkcs1'),
  RS384: rsa(384, 'pkcs1'),
  RS512: rsa(512, 'pkcs1'),
  PS256: rsa(256, 'pss'),
  PS384: rsa(384, 'pss'),
  PS512: rsa(512, 'pss'),
  ES256: { kind: 'ec', hash: 'sha256', curve: 'prime256v1', signatureBytes: 64 },
  ES384: { kind: 'ec', hash: 'sha384', curve: 'secp384r1', signatureBytes: 96 },
  ES512: { kind: 'ec', hash: 'sha512', curve: 'secp521r1', signatureBytes: 132 },
  EdDSA: ed25519,
  Ed25519: ed25519,
} as const satisfies Record<string, Hmac | Rsa | Ecdsa | Eddsa>;

export type AlgorithmName = keyof typeof ALGORITHMS;

export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as AlgorithmName[];

/** Whether a signature is that of the input. */
export type Verifier = (input: Uint8Array, signature: Uint8Array) => boolean;

/**
 * What tells signatures of one key by one algorithm. The key must be one that the algorithm takes (see verification-key.ts).
 * Synchronous: for RS256 it costs half of what jose's asynchronous verification does.
 */
export function verifierOf(name: AlgorithmName, key: KeyObject): Verifier {
  const algorithm: Hmac | Rsa | Ecdsa | Eddsa = ALGORITHMS[name];
  switch (algorithm.kind) {
    case 'hmac':
      return (input, signature) => {
        const expected = createHmac(algorithm.hash, key).update(input).digest();
        return signature.length === expected.length && timingSafeEqual(signature, expected);
      };
    case 'rsa': {
      const { hash, saltBytes, padding } = algorithm;
      if (padding === 'pkcs1') return pkcs1Verifier(hash, key);
      const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes };
      return (input, signature) => verify(hash, input, pss, signature);
    }
    case 'ec':
      // RFC 7518, section 3.4: R and S side by side, each as long as the curve's order.
      return (input, signature) =>
        signature.length === algorithm.signatureBytes &&
        verify(algorithm.hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'okp':
      return (input, signature) =>
        signature.length === algorithm.signatureBytes && verify(null, input, key, signature);
  }
}
