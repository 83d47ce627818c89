import { z } from 'zod';
import { duration, hostPort, size } from './units.ts';

/**
 * The shape of gatehouse.yaml, after parsing: a duration is {ms}, a size is {bytes}, an address is
 * {host, port}. Every key has a default, so an empty file is a valid configuration. Unknown keys are errors.
 */
export const configSchema = z.strictObject({
  listen: z
    .strictObject({
      envoyHttp: hostPort().prefault('127.0.0.1:8080').describe("Envoy's plain HTTP listener"),
      envoyTls: hostPort().prefault('127.0.0.1:8443').describe("Envoy's TLS listener, HTTP/1.1 and HTTP/2"),
      envoyAdmin: hostPort()
        .prefault('127.0.0.1:9901')
        .describe("Envoy's own admin interface; keep it on loopback"),
      authz: hostPort().prefault('127.0.0.1:9001').describe('external authorization, gRPC'),
      ratelimit: hostPort().prefault('127.0.0.1:8081').describe('rate limit service, gRPC'),
      api: hostPort().prefault('127.0.0.1:9000').describe('the HTTP API behind Envoy'),
    })
    .prefault({}),
  redis: z
    .strictObject({
      url: z
        .string()
        .regex(/^(rediss?|unix):\/\//, 'expected redis://, rediss:// or unix:// followed by the address')
        .refine((url) => URL.canParse(url), { error: 'expected an address such as redis://127.0.0.1:6379/0' })
        .optional()
        .describe('an existing Redis; without it `gatehouse up` starts its own'),
      passwordFile: z.string().optional().describe('file with the Redis password, kept out of the URL'),
      keyPrefix: z
        .string()
        // Braces would change which part of a key Redis Cluster hashes.
        .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'expected letters, digits, dots, colons, dashes and underscores')
        .default('gatehouse')
        .describe('first part of every key in Redis'),
    })
    .prefault({}),
  envoy: z
    .strictObject({
      path: z
        .string()
        .optional()
        .describe('the Envoy binary; without it the one that set-up installed, then PATH'),
      concurrency: z.int().min(1).max(256).default(2).describe('worker threads'),
      maxBody: size('10MiB')
        .refine(({ bytes }) => bytes >= 2 ** 10 && bytes <= 2 ** 30, { error: 'expected 1KiB to 1GiB' })
        .describe('largest request body; over it 413'),
      authzTimeout: duration('2s').describe('how long Envoy waits for a decision; a 10 MiB body takes 0.4 s'),
      ratelimitTimeout: duration('500ms').describe('how long Envoy waits for the rate limit service'),
      drainTimeout: duration('30s').describe('how long requests in flight may take to finish at shutdown'),
      tls: z
        .strictObject({
          certFile: z.string().optional().describe('PEM chain; without it a development certificate is made'),
          keyFile: z.string().optional().describe('PEM key that belongs to certFile'),
        })
        .refine((tls) => (tls.certFile === undefined) === (tls.keyFile === undefined), {
          error: 'expected certFile and keyFile together',
        })
        .prefault({}),
      upstreams: z
        .strictObject({
          authz: hostPort().optional().describe('where Envoy finds authz; without it listen.authz'),
          ratelimit: hostPort()
            .optional()
            .describe('where Envoy finds ratelimit; without it listen.ratelimit'),
          api: hostPort().optional().describe('where Envoy finds the api; without it listen.api'),
        })
        .prefault({}),
    })
    .prefault({}),
  identity: z
    .strictObject({
      apiKeys: z
        .strictObject({
          hashKeyFile: z
            .string()
            .optional()
            .describe('32 random bytes in hex that key the hash of API keys at rest'),
        })
        .prefault({}),
      assertion: z
        .strictObject({
          keyFile: z.string().optional().describe('32 random bytes in hex that sign the identity assertion'),
          ttl: duration('30s').describe('how long an assertion is good for'),
        })
        .prefault({}),
    })
    .prefault({}),
  inspection: z
    .strictObject({
      maxPromptCharacters: z.int().min(1).default(50_000).describe('longer prompts are refused'),
    })
    .prefault({}),
  ratelimit: z
    .strictObject({
      files: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('rule files in the format of envoyproxy/ratelimit; without it the ones that ship'),
      onStoreFailure: z
        .enum(['deny', 'allow'])
        .default('deny')
        .describe('what the rate limit service answers while Redis is away'),
    })
    .prefault({}),
  tiers: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected lower-case letters, digits and dashes'),
      z.strictObject({ description: z.string().default('').describe('for people; shown nowhere else') }),
    )
    .refine((tiers) => Object.keys(tiers).length > 0, { error: 'expected at least one tier' })
    .default({ free: { description: '' }, pro: { description: '' }, enterprise: { description: '' } })
    .describe('the named sets of limits that a key can have; their figures are in ratelimit.files'),
  jobs: z
    .strictObject({
      timeout: duration('5m').describe('how long one attempt may take when the request does not say'),
      maxTimeout: duration('10m').describe('the most that a request may ask for'),
      attempts: z.int().min(1).max(10).default(2).describe('tries a job gets'),
      backoff: duration('5s').describe('wait before the second try; doubles for each one after'),
      maxQueued: z.int().min(1).default(1000).describe('jobs that may wait; over it 503'),
      retention: duration('24h').describe('how long a finished job can be read'),
    })
    .refine(({ timeout, maxTimeout }) => timeout.ms <= maxTimeout.ms, {
      error: 'expected at most jobs.maxTimeout',
      path: ['timeout'],
    })
    .prefault({}),
  pool: z
    .strictObject({
      workers: z.int().min(1).max(256).default(2).describe('jobs that run at the same time'),
      sandbox: z
        .enum(['auto', 'bubblewrap', 'none'])
        .default('auto')
        .describe(
          'auto: bubblewrap where it works, else no tools at all; bubblewrap: refuse to start without it',
        ),
      claudePath: z
        .string()
        .optional()
        .describe('the Claude Code CLI; without it the one that set-up installed'),
      bwrapPath: z.string().default('bwrap').describe('bubblewrap'),
      uid: z
        .int()
        .min(1)
        .max(0x7fffffff)
        .default(61_000)
        .describe('first of the uids that workers run as when started by root'),
      maxTurns: z
        .int()
        .min(1)
        .max(1000)
        .default(30)
        .describe('turns a run may take when the request does not say'),
      drainTimeout: duration('30s').describe('how long running jobs may take to finish at shutdown'),
    })
    .prefault({}),
  model: z
    .strictObject({
      provider: z
        .enum(['auto', 'anthropic', 'stand-in'])
        .default('auto')
        .describe('auto: anthropic where an API key is set, else the stand-in model'),
      baseUrl: z
        .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
        .optional()
        .describe("the provider's address; without it ANTHROPIC_BASE_URL, else https://api.anthropic.com"),
      apiKeyFile: z
        .string()
        .optional()
        .describe("file with the provider's key; without it ANTHROPIC_API_KEY, else ANTHROPIC_AUTH_TOKEN"),
      name: z.string().min(1).default('sonnet').describe('model when the request does not say'),
      requestTimeout: duration('5m').describe('how long one model request may take'),
      idleTimeout: duration('60s').describe('how long a model answer may be silent'),
    })
    .prefault({}),
  telemetry: z
    .strictObject({
      logLevel: z
        .enum(['debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('the least severe lines that the roles write'),
    })
    .prefault({}),
});

/** What the file, the environment and --set say, with defaults filled in. */
export type Settings = z.infer<typeof configSchema>;
export type HostPort = { host: string; port: number };
