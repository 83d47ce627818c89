import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { isFinal, type JobRecord, JobsError } from '../../jobs/index.ts';
import { waitSignal } from '../deadline.ts';
import { estimatedWait } from '../estimated-wait.ts';
import { idempotencyKeyParameter } from '../idempotency-key.ts';
import type { jobRequestSchema } from '../job-request/schema.ts';
import { jobStatus, jobStatusSchema, POLL_AFTER_S, sendJobStatus } from '../job-status.ts';
import { MAX_WAIT_S, parsePrefer, preferenceApplied } from '../prefer.ts';
import type { ApiContext, Route } from '../route.ts';
import { submit } from '../submit.ts';
import { type Accepted, acceptedSchema } from './schema.ts';

/** Submits a job: 202 at once, or with `Prefer: wait=N` 200 where the job ends in time. */
export function invokeRoute(context: ApiContext, schema: ReturnType<typeof jobRequestSchema>): Route {
  return {
    method: 'POST',
    path: '/claude/invoke',
    head: false,
    access: 'asserted',
    operation: {
      id: 'invoke',
      summary: 'Have Claude Code run a prompt',
      parameters: [
        {
          in: 'header',
          name: 'Prefer',
          description: `wait=N: wait up to N seconds (at most ${MAX_WAIT_S}) for the final answer (RFC 7240)`,
          schema: z.string().optional(),
        },
        idempotencyKeyParameter,
      ],
      body: { name: 'JobRequest', schema },
      answers: {
        200: {
          description: 'With Prefer: wait, the job, which has ended',
          schema: { name: 'Job', schema: jobStatusSchema },
        },
        202: {
          description: 'The job waits for a worker or runs',
          schema: { name: 'Accepted', schema: acceptedSchema },
          headers: { Location: 'where the job can be read', 'Retry-After': 'seconds until the next look' },
        },
      },
      problems: [
        'invalid_request',
        'not_permitted',
        'assertion_required',
        'body_too_large',
        'unsupported_media_type',
        'idempotency_key_reused',
        'too_many_jobs',
        'queue_full',
        'service_unavailable',
        'internal_error',
      ],
    },
    async handle(request, reply) {
      const prefer = request.headers.prefer;
      const preferences = parsePrefer(Array.isArray(prefer) ? prefer.join(',') : prefer);
      const submission = await submit(context, schema, request, reply);
      if (submission.kind === 'refused') return submission.reply;
      const applied = preferenceApplied(preferences);
      if (applied !== undefined) reply.header('preference-applied', applied);

      const waitMs = (preferences.waitS ?? 0) * 1000;
      const { record, position } =
        waitMs === 0 ? submission : await afterWaiting(context, reply, submission, waitMs);
      if (isFinal(record.state)) return sendJobStatus(reply, jobStatus(record, undefined, context.now()));
      const wait = await estimatedWait(context.store, position);
      return sendAccepted(reply, record, position, wait);
    },
  };
}

/** A job, and its place among those that wait. */
interface Placed {
  record: JobRecord;
  position: number | undefined;
}

/** The job as it is when the wait is over. It is accepted already: that Redis went away is no reason to say otherwise. */
async function afterWaiting(
  { store, closing }: ApiContext,
  reply: FastifyReply,
  submitted: Placed,
  waitMs: number,
): Promise<Placed> {
  const { jobId } = submitted.record;
  try {
    await store.waitForEnd(jobId, waitSignal(reply, closing, waitMs));
    const record = (await store.get(jobId)) ?? submitted.record;
    return { record, position: record.state === 'queued' ? await store.position(jobId) : undefined };
  } catch (error) {
    if (error instanceof JobsError) return submitted;
    throw error;
  }
}

function sendAccepted(
  reply: FastifyReply,
  { jobId, state }: JobRecord,
  position: number | undefined,
  estimate: string,
): FastifyReply {
  const statusUrl = `/claude/status/${jobId}`;
  const accepted: Accepted = {
    jobId,
    state: state === 'running' ? 'running' : 'queued',
    statusUrl,
    estimatedWait: estimate,
    ...(position !== undefined && { position }),
  };
  return reply.code(202).header('location', statusUrl).header('retry-after', POLL_AFTER_S).send(accepted);
}
