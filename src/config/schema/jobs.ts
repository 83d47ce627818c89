import { z } from 'zod';
import { duration, filePath, size } from '../units.ts';

export const jobsSchema = z
  .strictObject({
    timeout: duration('5m').describe('how long one attempt may take when the request does not say'),
    maxTimeout: duration('10m').describe('the most that a request may ask for'),
    attempts: z.int().min(1).max(10).default(2).describe('tries a job gets'),
    backoff: duration('5s').describe('wait before the second try; doubles for each one after'),
    maxQueued: z.int().min(1).default(1000).describe('jobs that may wait; over it 503'),
    retention: duration('24h').describe('how long a finished job can be read'),
    artifacts: z
      .strictObject({
        folder: filePath()
          .optional()
          .describe(
            'where the files that jobs made are kept, for every api and worker to reach; without it a folder below the data folder',
          ),
        maxFile: size('50MiB').describe('largest file; a larger one is not kept'),
        maxPerJob: size('200MiB').describe("of one job's files together"),
        maxFilesPerJob: z.int().min(1).max(1_000).default(200).describe("of one job's files, how many"),
        maxTotal: size('10GiB').describe(
          "of all jobs' files together; over it those of the jobs that ended first go",
        ),
      })
      .prefault({}),
  })
  .refine(({ timeout, maxTimeout }) => timeout.ms <= maxTimeout.ms, {
    error: 'expected at most jobs.maxTimeout',
    path: ['timeout'],
  })
  .prefault({});
