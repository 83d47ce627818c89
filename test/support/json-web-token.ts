import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Something to sign with: a key and how it signs, whatever the header of the token says. */
export interface Signer {
  alg: string;
  kid?: string;
  /** From what is signed to the signature, as it stands in the token. */
  sign(input: string): Buffer;
}

export interface KeyPair extends Signer {
  publicKey: KeyObject;
  privateKey: KeyObject;
  /** As it stands in a JWK Set. */
  jwk: Record<string, unknown>;
}

/** The claims of a token that a test asks for, with fit ones around them. */
export function claimsOf(issuer: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'gatehouse', sub: 'user-789', iat: nowS, exp: nowS + 3600, ...change };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** A part of a token: an object becomes JSON, a text and bytes stay as they are. */
export function part(content: object | string | Buffer): string {
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  return (isRaw ? Buffer.from(content) : Buffer.from(JSON.stringify(content))).toString('base64url');
}

/** Signs any header over any payload, as one who can write what he likes. */
export function signToken(
  signer: Signer,
  payload: object | string | Buffer,
  header: object | string = {},
): string {
  const { alg, kid } = signer;
  const whole =
    typeof header === 'string' ? header : { alg, typ: 'JWT', ...(kid !== undefined && { kid }), ...header };
  const input = `${part(whole)}.${part(payload)}`;
  return `${input}.${signer.sign(input).toString('base64url')}`;
}

export function rsaSigner(kid?: string, modulusLength = 2048, alg = 'RS256'): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return pair(alg, kid, publicKey, privateKey, (input) =>
    sign(hashOf(alg), Buffer.from(input), rsaKey(alg, privateKey)),
  );
}

/** The same key, signing by another algorithm. */
export function withAlgorithm({ privateKey, kid }: KeyPair, alg: string, saltLength?: number): Signer {
  const key = { ...rsaKey(alg, privateKey), ...(saltLength !== undefined && { saltLength }) };
  return named(alg, kid, (input) => sign(hashOf(alg), Buffer.from(input), key));
}

const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function ecSigner(kid?: string, alg = 'ES256', curve = CURVES[alg] ?? 'P-256'): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return pair(alg, kid, publicKey, privateKey, (input) =>
    sign(hashOf(alg), Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  );
}

export function edSigner(kid?: string, alg = 'EdDSA'): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return pair(alg, kid, publicKey, privateKey, (input) => sign(null, Buffer.from(input), privateKey));
}

export function hmacSigner(secret: string | Buffer, alg = 'HS256', kid?: string): Signer {
  return named(alg, kid, (input) => createHmac(hashOf(alg), secret).update(input).digest());
}

/** Puts these bytes where a signature belongs. */
export function forger(alg: string, signature: Buffer, kid?: string): Signer {
  return named(alg, kid, () => signature);
}

function named(alg: string, kid: string | undefined, signing: Signer['sign']): Signer {
  return { alg, ...(kid !== undefined && { kid }), sign: signing };
}

function pair(
  alg: string,
  kid: string | undefined,
  publicKey: KeyObject,
  privateKey: KeyObject,
  signing: Signer['sign'],
): KeyPair {
  const jwk = { ...publicKey.export({ format: 'jwk' }), ...(kid !== undefined && { kid }) };
  return { ...named(alg, kid, signing), publicKey, privateKey, jwk };
}

function rsaKey(alg: string, key: KeyObject) {
  const bits = Number(alg.slice(2));
  return alg.startsWith('PS')
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 }
    : { key, padding: constants.RSA_PKCS1_PADDING };
}

function hashOf(alg: string): string {
  return `sha${alg.slice(2)}`;
}
