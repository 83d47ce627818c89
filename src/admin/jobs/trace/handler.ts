import { z } from 'zod';
import { defineRoute } from '../../route.ts';
import { JOB_NOT_FOUND } from '../not-found.ts';

/** What a job's attempts did, from the store of the traces. */
export const jobTraceRoute = defineRoute({
  method: 'GET',
  path: '/api/jobs/:id/trace',
  access: 'view',
  operation: {
    id: 'jobTrace',
    summary: 'What the attempts of a job did, from its trace',
    answers: { 200: { json: 'JobTrace' } },
    problems: ['job_not_found'],
  },
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id } }, { jobs, readJobTrace }) {
    const job = await jobs.get(id);
    return job === undefined ? JOB_NOT_FOUND : { status: 200, body: await readJobTrace(job) };
  },
});
