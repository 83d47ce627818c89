import { z } from 'zod';
import { isFinal } from '../../jobs/index.ts';
import { waitSignal } from '../deadline.ts';
import { findJob, jobIdParameter, sendJobNotFound } from '../find-job.ts';
import { jobStatus, jobStatusSchema, sendJobStatus } from '../job-status.ts';
import { MAX_WAIT_S } from '../prefer.ts';
import { readQuery } from '../query.ts';
import type { ApiContext, Route } from '../route.ts';
import { statusQuerySchema } from './schema.ts';

/** Reads a job; with `?wait=N` once it has ended, or N seconds later. */
export function statusRoute(context: ApiContext): Route {
  const { store, closing, now } = context;
  return {
    method: 'GET',
    path: '/claude/status/:jobId',
    head: true,
    access: 'asserted',
    operation: {
      id: 'status',
      summary: 'Read a job',
      parameters: [
        jobIdParameter,
        {
          in: 'query',
          name: 'wait',
          description: 'seconds to wait for the job to end',
          schema: z.int().min(0).max(MAX_WAIT_S).optional(),
        },
      ],
      answers: {
        200: {
          description: 'The job',
          schema: { name: 'Job', schema: jobStatusSchema },
          headers: {
            'X-Claude-Model': 'the model that answered, where there is a result',
            'Retry-After': 'seconds until the next look, while the job goes on',
          },
        },
      },
      problems: [
        'invalid_request',
        'assertion_required',
        'job_not_found',
        'service_unavailable',
        'internal_error',
      ],
    },
    async handle(request, reply) {
      const read = readQuery(statusQuerySchema, request, reply);
      if (read.kind === 'refused') return read.reply;
      let job = await findJob(context, request, reply);
      const { wait } = read.query;
      if (job && wait !== undefined && !isFinal(job.state)) {
        await store.waitForEnd(job.jobId, waitSignal(reply, closing, wait * 1000));
        job = await findJob(context, request, reply);
      }
      if (job === undefined) return sendJobNotFound(reply);
      const position = job.state === 'queued' ? await store.position(job.jobId) : undefined;
      return sendJobStatus(reply, jobStatus(job, position, now()));
    },
  };
}
