import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defaultSubject } from '../../config/index.ts';
import { AuthzError } from '../errors.ts';
import { KeySet } from './key-set.ts';
import type { Issuer } from './open-issuer.ts';
import { keyFromPem } from './verification-key.ts';

/** Who issues the tokens of `gatehouse tokens mint`: this installation, to itself. */
export const DEVELOPMENT_ISSUER = 'gatehouse-development';
export const DEVELOPMENT_AUDIENCE = 'gatehouse';
export const DEVELOPMENT_ALGORITHM = 'EdDSA';

/** A new key for the development issuer, in PEM (PKCS #8). */
export function generateDevelopmentKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads the development issuer's private key.
 * @throws AuthzError invalid_issuer_key
 */
export function readDevelopmentKey(keyFile: string | undefined): KeyObject {
  const setting = 'identity.jwt.development.keyFile';
  if (keyFile === undefined) throw new AuthzError('invalid_issuer_key', `${setting} is not set.`);
  try {
    const key = createPrivateKey(readFileSync(keyFile));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AuthzError(
      'invalid_issuer_key',
      `${setting} names ${keyFile}, which cannot be read (${code}).`,
    );
  }
  throw new AuthzError(
    'invalid_issuer_key',
    `${setting} names ${keyFile}, which holds no Ed25519 key ('openssl genpkey -algorithm ed25519' makes one).`,
  );
}

/** The development issuer as authz sees it: its public key, and the claims of the public guide. */
export function developmentIssuer(key: KeyObject): Issuer {
  const algorithms = new Set([DEVELOPMENT_ALGORITHM] as const);
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const keys = new KeySet([keyFromPem(pem, algorithms)]);
  return {
    rules: {
      issuer: DEVELOPMENT_ISSUER,
      audiences: new Set([DEVELOPMENT_AUDIENCE]),
      algorithms,
      types: new Set(['jwt']),
      leewayMs: 0,
      maxAgeMs: undefined,
      subject: defaultSubject,
    },
    keys: { current: () => keys, refresh: () => Promise.resolve(true), close() {} },
  };
}
