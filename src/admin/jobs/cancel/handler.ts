import { z } from 'zod';
import type { CanceledJob } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';
import { JOB_NOT_FOUND } from '../not-found.ts';
import { jobSummary } from '../summary.ts';

/** Ends a job wherever it is; one that has ended stays as it is. */
export const cancelJobRoute = defineRoute({
  method: 'POST',
  path: '/api/jobs/:id/cancel',
  access: 'operate',
  operation: {
    id: 'cancelJob',
    summary: 'End a job wherever it is',
    answers: { 200: { json: 'CanceledJob' } },
    problems: ['job_not_found'],
  },
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id }, visitor }, { jobs }) {
    const job = await jobs.end(id, 'cancel', actorOf(visitor));
    return job === undefined ? JOB_NOT_FOUND : { status: 200, body: jobSummary(job) satisfies CanceledJob };
  },
});
