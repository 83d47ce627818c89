import { z } from 'zod';
import { duration, filePath, hostPort, positiveDuration, positiveSize, size } from '../units.ts';
import { ownRedisSchema } from './redis.ts';

export const ratelimitSchema = z
  .strictObject({
    source: z
      .enum(['files', 'xds'])
      .default('files')
      .describe('where rules come from: `files`, or a management server by `xds` (see `xds` below)'),
    files: z
      .array(filePath())
      .min(1)
      .optional()
      .describe(
        'rule files and folders of them (docs/ratelimit.md), read again when they change; without it the ones that ship',
      ),
    mergeDomains: z.boolean().default(false).describe('whether several files may define one domain together'),
    startWithoutRules: z
      .boolean()
      .default(false)
      .describe('start also where no rules can be had yet; until they come every request gets an error'),
    denied: z
      .enum(['consume', 'free'])
      .default('consume')
      .describe(
        'whether a refused request is charged, in files without a `gatehouse` block: `consume` as envoyproxy/ratelimit, or `free`',
      ),
    shadowMode: z
      .boolean()
      .default(false)
      .describe('refuse nothing; statuses and metrics tell what would be'),
    quotaMode: z.boolean().default(false).describe('refuse only where every limit of a request refuses'),
    redis: ownRedisSchema.describe(
      'a Redis for the buckets of rate limits alone, in the form of `redis`; without it they are there',
    ),
    onStoreFailure: z
      .enum(['deny', 'allow', 'local'])
      .default('deny')
      .describe(
        'what the rate limit service does while Redis is away: deny (an error), allow without counting, or local (each process counts by itself); a domain can say otherwise',
      ),
    local: z
      .strictObject({
        share: z
          .number()
          .gt(0)
          .max(1)
          .default(0.5)
          .describe('with local: the part of each limit that one process grants; 1 divided by the processes'),
        maxBuckets: z
          .int()
          .min(1)
          .default(100_000)
          .describe(
            'with local: buckets that one process keeps; the one asked longest ago is forgotten first',
          ),
      })
      .prefault({}),
    breaker: z
      .strictObject({
        lateAnswers: z
          .int()
          .min(1)
          .default(5)
          .describe('late answers in a row after which Redis is not waited for'),
        retryAfter: positiveDuration('500ms').describe('how often Redis is asked then until it answers'),
      })
      .prefault({}),
    nearLimitRatio: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('share of a limit from which hits count as near it, in metrics'),
    localCache: size('0B').describe(
      'memory for buckets that are known to be full, which are then refused without asking Redis; 0B: none',
    ),
    expirationJitter: duration('0s').describe('buckets expire in Redis later by up to this, each at random'),
    responseHeaders: z
      .strictObject({
        enabled: z.boolean().default(false).describe('whether answers tell the limit in headers'),
        standard: z
          .boolean()
          .default(false)
          .describe('whether they have RateLimit and RateLimit-Policy, as the IETF draft has them'),
        limit: z.string().min(1).default('RateLimit-Limit').describe('header with the limit'),
        remaining: z
          .string()
          .min(1)
          .default('RateLimit-Remaining')
          .describe('header with what is left of it'),
        reset: z
          .string()
          .min(1)
          .default('RateLimit-Reset')
          .describe('header with the seconds until its window ends'),
      })
      .prefault({}),
    dynamicMetadata: z
      .boolean()
      .default(false)
      .describe('whether answers repeat the request, and tell rules’ metadata, as dynamic metadata'),
    health: z
      .strictObject({
        requireStore: z
          .boolean()
          .default(false)
          .describe('unhealthy (gRPC health, /healthcheck) while Redis is away'),
        requireRules: z.boolean().default(false).describe('unhealthy while no domain has rules'),
      })
      .prefault({}),
    metrics: z
      .strictObject({
        address: hostPort()
          .optional()
          .describe('a second place for metrics alone; they are always on listen.ratelimitHttp'),
        path: z.string().startsWith('/').default('/metrics').describe('their path at that address'),
        maxRules: z
          .int()
          .min(0)
          .max(100_000)
          .default(1000)
          .describe('rules that have metrics of their own, and as many again by value; the rest is `other`'),
      })
      .prefault({}),
    socket: filePath().optional().describe('a unix socket for gRPC, in place of listen.ratelimit'),
    connections: z
      .strictObject({
        maxAge: duration('24h').describe('how long a gRPC connection may last'),
        maxAgeGrace: duration('1h').describe('how long calls on it may still take then'),
      })
      .prefault({}),
    tls: z
      .strictObject({
        certFile: filePath()
          .optional()
          .describe('PEM chain of listen.ratelimit, read again when it changes; without it no TLS'),
        keyFile: filePath().optional().describe('PEM key that belongs to certFile'),
        clientCaFile: filePath()
          .optional()
          .describe('PEM authorities; callers must show a certificate of one of them'),
        clientName: z
          .string()
          .min(1)
          .optional()
          .describe('a DNS name or URI that a caller’s certificate must be for'),
      })
      .refine((tls) => (tls.certFile === undefined) === (tls.keyFile === undefined), {
        error: 'expected certFile and keyFile together',
      })
      .refine((tls) => tls.clientCaFile === undefined || tls.certFile !== undefined, {
        error: 'expected certFile and keyFile beside clientCaFile',
      })
      .refine((tls) => tls.clientName === undefined || tls.clientCaFile !== undefined, {
        error: 'expected clientCaFile beside clientName',
      })
      .prefault({}),
    costs: z
      .strictObject({
        submit: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10)
          .describe('of a request that runs Claude Code, in units of the limit `calls=all` of its tenant'),
        read: z.int().min(1).max(1_000_000).default(1).describe('of any other request below /claude/'),
      })
      .prefault({}),
    record: z
      .strictObject({
        file: filePath().describe('where requests are appended as lines of JSON'),
        sampling: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('part of the callers that is recorded, from 0 to 1: of each all requests or none'),
        maxSize: positiveSize('64MiB').describe('size of the file at which recording ends'),
        conceal: z
          .array(z.string().min(1))
          .default([])
          .describe('further descriptor keys whose values are recorded as digests; credentials always are'),
      })
      .optional()
      .describe('records requests to the service, for `gatehouse limits replay`; off unless it is set'),
    xds: z
      .strictObject({
        server: hostPort().prefault('localhost:18000').describe('the management server'),
        nodeId: z.string().min(1).default('default').describe('what this service calls itself there'),
        nodeMetadata: z.record(z.string(), z.string()).default({}).describe('what it tells of itself there'),
        headers: z
          .record(
            z.string().regex(/^[0-9a-z_.-]+$/, 'expected a gRPC metadata key in lower case'),
            z.string(),
          )
          .default({})
          .describe('gRPC metadata of the calls, such as an authorization'),
        maxMessage: positiveSize('4MiB').describe('largest message that is taken'),
        retryFrom: positiveDuration('1s').describe('wait before the first new try; it doubles, with jitter'),
        retryUpTo: positiveDuration('60s').describe('the longest wait between tries'),
        tls: z
          .strictObject({
            enabled: z.boolean().default(false).describe('whether the management server speaks TLS'),
            caFile: filePath().optional().describe('PEM authorities; without it those of the system'),
            certFile: filePath().optional().describe('PEM chain to show there'),
            keyFile: filePath().optional().describe('PEM key that belongs to certFile'),
            serverName: z
              .string()
              .min(1)
              .optional()
              .describe('name that its certificate must be for; without it that of `server`'),
          })
          .refine((tls) => (tls.certFile === undefined) === (tls.keyFile === undefined), {
            error: 'expected certFile and keyFile together',
          })
          .prefault({}),
      })
      .prefault({}),
  })
  .prefault({});
