import { z } from 'zod';
import { duration } from '../units.ts';

export const jobsSchema = z
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
  .prefault({});
