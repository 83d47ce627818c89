import { z } from 'zod';
import { duration, filePath, positiveDuration, positiveSize } from '../../units.ts';
import { secureAddress } from '../web-address.ts';
import { subjectShape } from './claims.ts';

export const introspectionSchema = z
  .strictObject({
    endpoint: secureAddress().describe(
      'asks whether an opaque token is good (OAuth 2.0 token introspection, RFC 7662)',
    ),
    clientId: z.string().min(1).describe('who Gatehouse is at the endpoint'),
    clientSecretFile: filePath().describe('a file with the secret of clientId'),
    clientAuthentication: z
      .enum(['basic', 'post'])
      .default('basic')
      .describe('how the two are sent: in the Authorization header or in the body'),
    audiences: z
      .union([z.array(z.string().min(1)).min(1), z.literal('any')])
      .describe('a token is for one of these, by `aud` of the answer; any: for whom does not matter'),
    issuer: z.string().min(1).optional().describe('what `iss` of the answer must be; without it anything'),
    caFile: filePath()
      .optional()
      .describe('PEM of the authority behind its https certificate, where it is not a public one'),
    leeway: duration('5s')
      .refine(({ ms }) => ms <= 300_000, { error: 'expected at most 5m' })
      .describe('how far its clock may be from ours'),
    timeout: positiveDuration('1s').describe('how long an answer may take; keep it below envoy.authzTimeout'),
    maxConcurrent: z.int().min(1).max(10_000).default(64).describe('questions at one time; over it 503'),
    maxAnswer: positiveSize('64KiB').describe('larger answers are refused'),
    maxToken: positiveSize('8KiB').describe('longer tokens are refused unasked'),
    cache: z
      .strictObject({
        maxTtl: duration('60s').describe(
          'how long a good token is taken for good without asking again, at most until it expires',
        ),
        negativeTtl: duration('10s').describe('how long a bad token is taken for bad without asking again'),
        maxEntries: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe('tokens of each kind that are remembered'),
      })
      .prefault({}),
    breaker: z
      .strictObject({
        errorPercentage: z
          .int()
          .min(1)
          .max(100)
          .default(50)
          .describe('failed questions of 10 s at which no more are asked'),
        minRequests: z.int().min(1).default(5).describe('questions in 10 s before that counts'),
        resetAfter: duration('5s').describe('how long until one is asked again'),
      })
      .prefault({}),
    ...subjectShape,
  })
  .optional();
