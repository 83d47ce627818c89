import { createPublicKey, createSecretKey, hash, type KeyObject, type webcrypto } from 'node:crypto';
import { ALGORITHM_NAMES, ALGORITHMS, type AlgorithmName, type Verifier, verifierOf } from './algorithm.ts';
import { rsaWeakness } from './rsa-strength.ts';

/** A key that signatures can be checked with, and by which algorithms: never one of another family. */
export interface VerificationKey {
  /** undefined: the issuer does not name its keys. */
  kid: string | undefined;
  algorithms: ReadonlyMap<AlgorithmName, Verifier>;
  key: KeyObject;
  /** Tells it from every other key, also after it was read again. */
  fingerprint: string;
}

/** Why a key is left out; the others of its set still count. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/** The set cannot be trusted as a whole. */
export class UnusableKeySet extends Error {
  override readonly name = 'UnusableKeySet';
}

/** Members of a JWK that only its owner may know (RFC 7518, sections 6.2.2 and 6.3.2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'] as const;

/**
 * A key of a JWK Set (RFC 7517).
 * @param allowed the issuer's algorithms
 * @throws UnusableKey; UnusableKeySet where the set gives away what must stay secret, or mixes secrets with public keys
 */
export function keyFromJwk(jwk: webcrypto.JsonWebKey, allowed: ReadonlySet<AlgorithmName>): VerificationKey {
  checkSecrecy(jwk, allowed);
  const { kid, use, key_ops: operations, alg } = jwk as Record<string, unknown>;
  if (kid !== undefined && typeof kid !== 'string') throw new UnusableKey('its kid is not a text');
  // RFC 7517, sections 4.2 and 4.3: a key for encryption must not sign.
  if (use !== undefined && use !== 'sig') throw new UnusableKey('it is not for signatures (use)');
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    throw new UnusableKey('it is not for verifying (key_ops)');
  }
  const key = jwk.kty === 'oct' ? secretOf(jwk) : publicKeyOf({ key: jwk, format: 'jwk' });
  const own = alg === undefined ? allowed : new Set([...allowed].filter((name) => name === alg));
  return verificationKey(key, kid, own);
}

/**
 * A public key or certificate in PEM (RFC 7468), without a name.
 * @throws UnusableKey
 */
export function keyFromPem(pem: string, allowed: ReadonlySet<AlgorithmName>): VerificationKey {
  return verificationKey(publicKeyOf(pem), undefined, allowed);
}

/**
 * A secret that is shared with the issuer.
 * @throws UnusableKey when it is too short for one of the algorithms
 */
export function keyFromSecret(secret: Uint8Array, allowed: ReadonlySet<AlgorithmName>): VerificationKey {
  const key = createSecretKey(secret);
  const tooLong = [...allowed].find((name) => !takes(name, key));
  if (tooLong !== undefined) throw new UnusableKey(`it has ${secret.length} bytes, too few for ${tooLong}`);
  return verificationKey(key, undefined, allowed);
}

function verificationKey(
  key: KeyObject,
  kid: string | undefined,
  allowed: ReadonlySet<AlgorithmName>,
): VerificationKey {
  const weakness = key.asymmetricKeyType === 'rsa' ? rsaWeakness(key) : undefined;
  if (weakness !== undefined) throw new UnusableKey(`it ${weakness}`);
  const names = ALGORITHM_NAMES.filter((name) => allowed.has(name) && takes(name, key));
  if (names.length === 0) throw new UnusableKey(`it fits none of ${[...allowed].join(', ')}`);
  const algorithms = new Map(names.map((name) => [name, verifierOf(name, key)]));
  return { kid, algorithms, key, fingerprint: fingerprintOf(key, kid, names) };
}

/** Whether a key is of the kind, curve and length that an algorithm asks for. */
function takes(name: AlgorithmName, key: KeyObject): boolean {
  const algorithm = ALGORITHMS[name];
  switch (algorithm.kind) {
    case 'hmac':
      return key.type === 'secret' && (key.symmetricKeySize ?? 0) >= algorithm.minKeyBytes;
    case 'rsa':
      return key.asymmetricKeyType === 'rsa';
    case 'ec':
      return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === algorithm.curve;
    case 'okp':
      return key.asymmetricKeyType === algorithm.curve;
  }
}

function checkSecrecy(jwk: webcrypto.JsonWebKey, allowed: ReadonlySet<AlgorithmName>): void {
  const isSymmetric = [...allowed].every((name) => ALGORITHMS[name].kind === 'hmac');
  if ((jwk.kty === 'oct') !== isSymmetric) {
    throw new UnusableKeySet(
      isSymmetric ? 'it has public keys among secrets' : 'it has a secret among public keys',
    );
  }
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
    throw new UnusableKeySet('it has a private key, which everybody may know by now');
  }
}

function secretOf({ k }: webcrypto.JsonWebKey): KeyObject {
  if (typeof k !== 'string' || k === '') throw new UnusableKey('it has no k');
  return createSecretKey(Buffer.from(k, 'base64url'));
}

function publicKeyOf(source: Parameters<typeof createPublicKey>[0]): KeyObject {
  try {
    return createPublicKey(source);
  } catch (error) {
    throw new UnusableKey(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown form'})`);
  }
}

function fingerprintOf(key: KeyObject, kid = '', algorithms: readonly AlgorithmName[]): string {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'spki', format: 'der' });
  return hash('sha256', JSON.stringify([kid, algorithms, bytes.toString('base64')]), 'base64');
}
