import { z } from 'zod';
import { duration, filePath, optionalDuration, positiveDuration, positiveSize } from '../../units.ts';
import { isSecureAddress, secureAddress } from '../web-address.ts';
import { subjectShape } from './claims.ts';

const SYMMETRIC = ['HS256', 'HS384', 'HS512'] as const;
const ASYMMETRIC = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const KEY_SOURCES = ['discovery', 'jwksUri', 'jwksFile', 'pemFile', 'secretFile'] as const;
const MAX_LEEWAY_MS = 300_000;

type Written = { [source in (typeof KEY_SOURCES)[number]]?: string | boolean | undefined } & {
  issuer: string;
  algorithms: readonly string[];
};

const issuerSchema = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .max(512)
      .refine((name) => name !== 'gatehouse-development', {
        error: 'expected another name than that of the development issuer',
      })
      .describe('the `iss` of its tokens, letter for letter'),
    audiences: z.array(z.string().min(1)).min(1).describe('a token is for one of these, by its `aud`'),
    algorithms: z
      .array(z.enum([...SYMMETRIC, ...ASYMMETRIC]))
      .min(1)
      .describe('the only ones that count; HS* never together with others'),
    discovery: z
      .boolean()
      .default(false)
      .describe("find the keys through the issuer's /.well-known/openid-configuration (OIDC)"),
    jwksUri: secureAddress().optional().describe('where its keys are (RFC 7517)'),
    jwksFile: filePath()
      .optional()
      .describe('a file with its keys (RFC 7517), with HS* its secrets; read again when it changes'),
    pemFile: filePath()
      .optional()
      .describe('a file with its public keys or certificates in PEM; read again when it changes'),
    secretFile: filePath()
      .optional()
      .describe('a file with the secret of HS256 (32 bytes or more), HS384 (48) or HS512 (64)'),
    secretEncoding: z
      .enum(['text', 'hex', 'base64url'])
      .default('text')
      .describe('text: the bytes of secretFile themselves, without a line break at the end'),
    caFile: filePath()
      .optional()
      .describe('PEM of the authority behind its https certificate, where it is not a public one'),
    types: z
      .array(z.string().min(1))
      .min(1)
      .default(['JWT', 'at+jwt'])
      .describe('the `typ` that its tokens may have; a token without one passes where JWT is listed'),
    leeway: duration('5s')
      .refine(({ ms }) => ms <= MAX_LEEWAY_MS, { error: 'expected at most 5m' })
      .describe('how far its clock may be from ours'),
    maxAge: optionalDuration().describe('how old a token may be by its `iat`, which it then must have'),
    ...subjectShape,
  })
  .superRefine((issuer, context) => {
    const problem = keyProblem(issuer);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** RFC 8725, section 2.1: whoever may sign with HS256 under a public key can forge; so a key is of one kind only. */
function keyProblem(issuer: Written): string | undefined {
  const sources = KEY_SOURCES.filter((source) => issuer[source] !== undefined && issuer[source] !== false);
  if (sources.length !== 1) return `expected exactly one of ${KEY_SOURCES.join(', ')}`;
  const [source] = sources;
  const symmetric = issuer.algorithms.filter((name) => SYMMETRIC.some((one) => one === name));
  if (symmetric.length > 0) {
    if (symmetric.length < issuer.algorithms.length) return 'expected HS* without other algorithms beside it';
    if (source !== 'secretFile' && source !== 'jwksFile')
      return `expected a secretFile for ${symmetric.join(', ')}`;
  } else if (source === 'secretFile') {
    return 'expected HS256, HS384 or HS512 with a secretFile';
  }
  if (source === 'discovery' && !isSecureAddress(issuer.issuer)) {
    return 'expected an https:// address as issuer, since its keys are to be discovered there';
  }
  return undefined;
}

export const jwtSchema = z
  .strictObject({
    issuers: z
      .array(issuerSchema)
      .refine((issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length, {
        error: 'expected each issuer once',
      })
      .default([])
      .describe('who may issue JSON Web Tokens (RFC 7519); see docs/identity.md'),
    maxToken: positiveSize('16KiB').describe('longer tokens are refused'),
    cache: z
      .strictObject({
        maxEntries: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe('verified tokens that are remembered until they expire'),
        negativeTtl: duration('5s').describe('how long a refused token is remembered'),
      })
      .prefault({}),
    jwks: z
      .strictObject({
        refreshInterval: positiveDuration('10m')
          .refine(({ ms }) => ms >= 1000, { error: 'expected at least 1s' })
          .describe('how often keys are fetched'),
        minInterval: duration('30s').describe('the least time between two fetches that tokens ask for'),
        timeout: positiveDuration('5s').describe('how long a fetch may take'),
        maxStale: duration('24h').describe(
          'how long the last keys are used while the issuer cannot be reached',
        ),
        maxSize: positiveSize('256KiB').describe('larger answers are refused'),
      })
      .prefault({}),
    development: z
      .strictObject({
        mode: z
          .enum(['auto', 'on', 'off'])
          .default('auto')
          .describe(
            'whether tokens of `gatehouse tokens mint` count; auto: where `gatehouse up` has Envoy listen on loopback only',
          ),
        keyFile: filePath()
          .optional()
          .describe("the development issuer's private key in PEM; without it `up` makes one"),
      })
      .prefault({}),
  })
  .prefault({});
