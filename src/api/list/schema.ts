import { z } from 'zod';
import { JOB_STATES } from '../../jobs/index.ts';
import { jobStatusSchema } from '../job-status.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

const limitError = `expected a whole number from 1 to ${MAX_LIMIT}`;
const stateError = `expected states of ${JOB_STATES.join(', ')}, separated by commas`;

export const listQuerySchema = z.strictObject({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(JOB_STATES, { error: stateError })))
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, limitError)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, limitError)
    .default(DEFAULT_LIMIT),
  cursor: z.string().max(200).optional(),
});

/** One page of the caller's jobs. */
export const jobListSchema = z.object({
  jobs: z.array(jobStatusSchema).describe('newest first'),
  nextCursor: z.string().optional().describe('for the next page; none at the end'),
});
