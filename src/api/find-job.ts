import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { JobRecord } from '../jobs/index.ts';
import { callerOf, owns } from './caller.ts';
import { sendProblem } from './problem.ts';
import type { ApiContext, Parameter } from './route.ts';

export const jobIdParameter: Parameter = {
  in: 'path',
  name: 'jobId',
  description: "a job's id",
  schema: z.uuid(),
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The caller's own job that the path names, which the answer and the log then name too; undefined for every other id,
 * whether or not there is such a job.
 */
export async function findJob(
  { store, log }: Pick<ApiContext, 'store' | 'log'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<JobRecord | undefined> {
  const { jobId } = request.params as { jobId: string };
  if (!UUID.test(jobId)) return undefined;
  const job = await store.get(jobId);
  if (job === undefined || !owns(callerOf(request), job)) return undefined;
  log.knowJob(reply, jobId);
  return job;
}

export function sendJobNotFound(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 'job_not_found', {
    detail: 'There is no such job of yours. Finished jobs are kept for a while only.',
  });
}
