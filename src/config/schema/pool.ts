import { z } from 'zod';
import { duration, programPath } from '../units.ts';

export const poolSchema = z
  .strictObject({
    workers: z.int().min(1).max(256).default(2).describe('jobs that run at the same time'),
    sandbox: z
      .enum(['auto', 'bubblewrap', 'none'])
      .default('auto')
      .describe(
        'auto: bubblewrap where it works, else no tools at all; bubblewrap: refuse to start without it',
      ),
    claudePath: programPath()
      .optional()
      .describe('the Claude Code CLI; without it the one that set-up installed'),
    bwrapPath: programPath().default('bwrap').describe('bubblewrap'),
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
  .prefault({});
