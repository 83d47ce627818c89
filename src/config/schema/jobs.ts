import { z } from 'zod';
import { duration, filePath, positiveDuration, positiveSize, size } from '../units.ts';

function cap(description: string) {
  return z.int().min(1).optional().describe(description);
}

export const jobsSchema = z
  .strictObject({
    timeout: positiveDuration('5m').describe('how long one attempt may take when the request does not say'),
    maxTimeout: positiveDuration('10m').describe('the most that a request may ask for'),
    attempts: z.int().min(1).max(10).default(2).describe('tries a job gets'),
    backoff: duration('5s').describe('wait before the second try; doubles for each one after'),
    maxWait: positiveDuration('1h').describe(
      'how long a job may wait for its first worker; then it has the state expired',
    ),
    maxQueued: z.int().min(1).default(1000).describe('jobs that may wait; over it 503'),
    tiers: z
      .record(
        z.string(),
        z.strictObject({
          headStart: duration('0s').describe(
            'a job goes before those of a tier without head start that came this much earlier; nobody waits longer for it',
          ),
          maxQueuedPerTenant: cap('jobs of one tenant that may wait; over it 429'),
          maxQueuedPerClient: cap('jobs of one client that may wait; over it 429'),
          maxRunningPerTenant: cap('jobs of one tenant that run at the same time; more of them wait'),
          maxRunningPerClient: cap('jobs of one client that run at the same time; more of them wait'),
        }),
      )
      .prefault({
        free: {},
        standard: { headStart: '10s' },
        pro: { headStart: '20s' },
        team: { headStart: '30s' },
        enterprise: { headStart: '60s' },
      })
      .describe(
        "whose turn it is, and each tier's share of the queue; a tier that is not here has no head start and no cap",
      ),
    retention: positiveDuration('24h').describe('how long a finished job can be read'),
    files: z
      .strictObject({
        maxFiles: z.int().min(1).max(1_000).default(100).describe('files that a request may bring'),
        maxTotal: size('5MiB').describe(
          'of the files of one request together; they are kept in Redis until the job ends',
        ),
      })
      .prefault({}),
    sessions: z
      .strictObject({
        folder: filePath()
          .optional()
          .describe(
            'where conversations are kept, for every worker to reach; without it a folder below the data folder',
          ),
        idle: positiveDuration('24h').describe('how long a conversation is kept after its last job'),
        maxSize: positiveSize('20MiB').describe('of what one conversation keeps'),
        maxTotal: size('2GiB').describe(
          'of all conversations together; over it those that are idle longest go',
        ),
      })
      .prefault({}),
    artifacts: z
      .strictObject({
        folder: filePath()
          .optional()
          .describe(
            'where the files that jobs made are kept, for every api and worker to reach; without it a folder below the data folder',
          ),
        maxFile: positiveSize('50MiB').describe('largest file; a larger one is not kept'),
        maxPerJob: positiveSize('200MiB').describe("of one job's files together"),
        maxFilesPerJob: z.int().min(1).max(1_000).default(200).describe("of one job's files, how many"),
        maxTotal: size('10GiB').describe(
          "of all jobs' files together; over it those of the jobs that ended first go",
        ),
      })
      .refine(({ maxFile, maxPerJob }) => maxFile.bytes <= maxPerJob.bytes, {
        error: 'expected at most jobs.artifacts.maxPerJob',
        path: ['maxFile'],
      })
      .refine(({ maxPerJob, maxTotal }) => maxPerJob.bytes <= maxTotal.bytes, {
        error: 'expected at most jobs.artifacts.maxTotal',
        path: ['maxPerJob'],
      })
      .prefault({}),
  })
  .refine(({ timeout, maxTimeout }) => timeout.ms <= maxTimeout.ms, {
    error: 'expected at most jobs.maxTimeout',
    path: ['timeout'],
  })
  .prefault({});
