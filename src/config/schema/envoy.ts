import { z } from 'zod';
import {
  duration,
  filePath,
  formatHostPort,
  hostPort,
  positiveDuration,
  programPath,
  size,
} from '../units.ts';

export const envoySchema = z
  .strictObject({
    path: programPath()
      .optional()
      .describe('the Envoy binary; without it the one that set-up installed, then PATH'),
    concurrency: z.int().min(1).max(256).default(2).describe('worker threads'),
    maxBody: size('10MiB')
      .refine(({ bytes }) => bytes >= 2 ** 10 && bytes <= 2 ** 30, { error: 'expected 1KiB to 1GiB' })
      .describe('largest request body; over it 413'),
    authzTimeout: positiveDuration('2s').describe(
      'how long Envoy waits for a decision; a 10 MiB body takes 0.4 s',
    ),
    ratelimitTimeout: positiveDuration('500ms').describe('how long Envoy waits for the rate limit service'),
    trustedHops: z
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe(
        "proxies in front of Envoy that append to X-Forwarded-For; 0: a caller's address is the connection's",
      ),
    drainTimeout: duration('30s').describe('how long requests in flight may take to finish at shutdown'),
    tls: z
      .strictObject({
        certFile: filePath().optional().describe('PEM chain; without it a development certificate is made'),
        keyFile: filePath().optional().describe('PEM key that belongs to certFile'),
      })
      .refine((tls) => (tls.certFile === undefined) === (tls.keyFile === undefined), {
        error: 'expected certFile and keyFile together',
      })
      .prefault({}),
    upstreams: z
      .strictObject({
        authz: hostPort().optional().describe('where Envoy finds authz; without it listen.authz'),
        ratelimit: hostPort().optional().describe('where Envoy finds ratelimit; without it listen.ratelimit'),
        api: hostPort().optional().describe('where Envoy finds the api; without it listen.api'),
        apiBackups: z
          .array(hostPort())
          .max(16)
          .refine(areDifferent, { error: 'expected each host once' })
          .default([])
          .describe(
            'more hosts of the api, which get requests only while the first is not healthy (priority 1)',
          ),
      })
      .prefault({}),
  })
  .prefault({});

function areDifferent(addresses: readonly { host: string; port: number }[]): boolean {
  return new Set(addresses.map(formatHostPort)).size === addresses.length;
}
