import { z } from 'zod';
import { findJob, jobIdParameter, sendJobNotFound } from '../find-job.ts';
import { jobStatus, jobStatusSchema, sendJobStatus } from '../job-status.ts';
import { readQuery } from '../query.ts';
import type { ApiContext, Route } from '../route.ts';
import { cancelQuerySchema } from './schema.ts';

/**
 * Cancels a job, whether it waits, runs or is between two attempts. One that has ended stays as it is, so that calling
 * twice does no harm. With `?purge=true` it is removed as well, with its events and files.
 */
export function cancelRoute(context: ApiContext): Route {
  const { store, log, now } = context;
  return {
    method: 'DELETE',
    path: '/claude/jobs/:jobId',
    head: false,
    access: 'asserted',
    operation: {
      id: 'cancel',
      summary: 'Cancel a job',
      parameters: [
        jobIdParameter,
        {
          in: 'query',
          name: 'purge',
          description: 'true: remove the job as well, with its events and files',
          schema: z.enum(['true', 'false']).optional(),
        },
      ],
      answers: {
        200: {
          description: 'The job, which has ended: canceled now, or as it had ended before',
          schema: { name: 'Job', schema: jobStatusSchema },
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
      const read = readQuery(cancelQuerySchema, request, reply);
      if (read.kind === 'refused') return read.reply;
      const found = await findJob(context, request, reply);
      if (found === undefined) return sendJobNotFound(reply);
      const { purge = false } = read.query;
      const job = purge ? await store.purge(found.jobId) : await store.cancel(found.jobId);
      if (job === undefined) return sendJobNotFound(reply);
      const code = purge ? 'purged' : job.state;
      log.of(request).info({ code }, 'job canceled by its client');
      return sendJobStatus(reply, jobStatus(job, undefined, now()));
    },
  };
}
