import type { webcrypto } from 'node:crypto';
import { parseStrictJson } from '../strict-json/index.ts';
import type { AlgorithmName } from './algorithm.ts';
import type { TokenHeader } from './header.ts';
import {
  keyFromJwk,
  keyFromPem,
  keyFromSecret,
  UnusableKey,
  UnusableKeySet,
  type VerificationKey,
} from './verification-key.ts';

/** An issuer publishes a few; more would be searched for every token without a kid. */
const MAX_KEYS = 100;
const MAX_DEPTH = 8;
const MAX_MEMBERS = 64;
/** Keys that one token without a kid may be tried with; each try costs up to 0.1 ms. */
const MAX_TRIES = 8;

/** The keys of one issuer at one time. */
export class KeySet {
  readonly keys: readonly VerificationKey[];
  /** Why the others of its file or answer are left out, a sentence each. */
  readonly leftOut: readonly string[];
  readonly #fingerprints: ReadonlySet<string>;
  /** What was asked last: almost all tokens of an issuer have the same header. */
  #latest:
    | { algorithm: AlgorithmName; kid: string | undefined; keys: readonly VerificationKey[] }
    | undefined;

  constructor(keys: readonly VerificationKey[], leftOut: readonly string[] = []) {
    this.keys = keys;
    this.leftOut = leftOut;
    this.#fingerprints = new Set(keys.map(({ fingerprint }) => fingerprint));
  }

  has(fingerprint: string): boolean {
    return this.#fingerprints.has(fingerprint);
  }

  equals(other: KeySet): boolean {
    return (
      this.#fingerprints.size === other.#fingerprints.size &&
      this.keys.every((key) => other.has(key.fingerprint))
    );
  }

  /** The keys that a token can be signed with by what its header says; a token without a kid could be any. */
  candidates({ algorithm, kid }: Pick<TokenHeader, 'algorithm' | 'kid'>): readonly VerificationKey[] {
    const latest = this.#latest;
    if (latest !== undefined && latest.algorithm === algorithm && latest.kid === kid) return latest.keys;
    const keys = this.#find(algorithm, kid);
    this.#latest = { algorithm, kid, keys };
    return keys;
  }

  #find(algorithm: AlgorithmName, kid: string | undefined): readonly VerificationKey[] {
    const fitting = this.keys.filter(
      (key) =>
        key.algorithms.has(algorithm) && (key.kid === kid || key.kid === undefined || kid === undefined),
    );
    // Those that are named first, so that none is crowded out.
    const named = fitting.filter((key) => key.kid !== undefined);
    return [...named, ...fitting.filter((key) => key.kid === undefined)].slice(0, MAX_TRIES);
  }
}

/**
 * Reads a JWK Set (RFC 7517, section 5). Keys that cannot be used are left out, as are two of one kid that cannot be told
 * apart.
 * @throws UnusableKeySet when it is none, or must not be trusted at all
 */
export function keySetFromJwks(bytes: Uint8Array, allowed: ReadonlySet<AlgorithmName>): KeySet {
  const json = parseStrictJson(bytes, { maxDepth: MAX_DEPTH, maxMembers: MAX_MEMBERS });
  if (!json.ok) throw new UnusableKeySet(`it is not a JSON object with one meaning (${json.problem.code})`);
  const { keys: jwks } = json.values;
  if (!Array.isArray(jwks)) throw new UnusableKeySet('it has no list of keys');
  if (jwks.length > MAX_KEYS) throw new UnusableKeySet(`it has ${jwks.length} keys; ${MAX_KEYS} are taken`);
  const keys: VerificationKey[] = [];
  const leftOut: string[] = [];
  for (const [index, jwk] of jwks.entries()) {
    try {
      if (!isJwk(jwk)) throw new UnusableKey('it is not a key');
      keys.push(keyFromJwk(jwk, allowed));
    } catch (error) {
      if (!(error instanceof UnusableKey)) throw error;
      leftOut.push(`Key ${index + 1} is left out: ${error.message}.`);
    }
  }
  return withoutTwins(keys, leftOut);
}

/**
 * Reads public keys and certificates in PEM, one or more.
 * @throws UnusableKeySet when none can be used, or one is private
 */
export function keySetFromPem(text: string, allowed: ReadonlySet<AlgorithmName>): KeySet {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g)];
  if (blocks.some(([, label]) => label?.endsWith('PRIVATE KEY'))) {
    throw new UnusableKeySet('it holds a private key; give the public one, and nobody else the private one');
  }
  if (blocks.length === 0) throw new UnusableKeySet('it holds no public key or certificate in PEM');
  // They have no names, so a token is tried with each of them.
  if (blocks.length > MAX_TRIES) {
    throw new UnusableKeySet(
      `it holds ${blocks.length} keys; ${MAX_TRIES} are taken, or more by name in a jwksFile`,
    );
  }
  try {
    return new KeySet(blocks.map(([pem]) => keyFromPem(pem, allowed)));
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    throw new UnusableKeySet(`a key in it cannot be used: ${error.message}`);
  }
}

/** @throws UnusableKeySet when the secret is too short */
export function keySetFromSecret(secret: Uint8Array, allowed: ReadonlySet<AlgorithmName>): KeySet {
  try {
    return new KeySet([keyFromSecret(secret, allowed)]);
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    throw new UnusableKeySet(error.message);
  }
}

function isJwk(value: unknown): value is webcrypto.JsonWebKey {
  return typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string';
}

/** RFC 7517, section 4.5: keys of one kid are of different types. */
function withoutTwins(keys: readonly VerificationKey[], leftOut: readonly string[]): KeySet {
  const isTwin = (key: VerificationKey) =>
    keys.some(
      (other) =>
        other !== key &&
        key.kid !== undefined &&
        other.kid === key.kid &&
        other.key.asymmetricKeyType === key.key.asymmetricKeyType &&
        other.fingerprint !== key.fingerprint &&
        [...other.algorithms.keys()].some((name) => key.algorithms.has(name)),
    );
  const twins = keys.filter(isTwin);
  return new KeySet(
    keys.filter((key) => !twins.includes(key)),
    [...leftOut, ...twins.map(() => 'Two keys have one kid and are left out.')],
  );
}
