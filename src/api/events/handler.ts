import { z } from 'zod';
import { isFinal } from '../../jobs/index.ts';
import { findJob, jobIdParameter, sendJobNotFound } from '../find-job.ts';
import { sendProblem } from '../problem.ts';
import type { ApiContext, Route } from '../route.ts';
import { eventStreamAnswer, sendEvents } from '../server-sent-events.ts';
import { takeStreamPlace } from '../stream-place.ts';

/** Sends a job's events from its start, or from where Last-Event-ID left off. */
export function eventsRoute(context: ApiContext): Route {
  return {
    method: 'GET',
    path: '/claude/jobs/:jobId/events',
    head: false,
    access: 'asserted',
    operation: {
      id: 'events',
      summary: "Follow a job's events",
      parameters: [
        jobIdParameter,
        {
          in: 'header',
          name: 'Last-Event-ID',
          description: 'sequence number of the last event that the client has',
          schema: z.int().min(0).optional(),
        },
      ],
      answers: {
        200: eventStreamAnswer,
        204: { description: 'The job has ended and the client has all of it: do not connect again' },
      },
      problems: [
        'invalid_request',
        'assertion_required',
        'job_not_found',
        'rate_limited',
        'service_unavailable',
        'internal_error',
      ],
    },
    async handle(request, reply) {
      const lastEventId = String(request.headers['last-event-id'] ?? '0');
      if (!/^\d{1,15}$/.test(lastEventId)) {
        const errors = [{ path: 'Last-Event-ID', message: "expected an event's sequence number" }];
        return sendProblem(reply, 'invalid_request', {
          detail: "Last-Event-ID: expected an event's sequence number",
          errors,
        });
      }
      const job = await findJob(context, request, reply);
      if (job === undefined) return sendJobNotFound(reply);
      const afterSeq = Math.min(Number(lastEventId), job.lastSeq);
      // HTML standard, section 9.2.3: with any other answer an EventSource connects again for ever.
      if (isFinal(job.state) && afterSeq === job.lastSeq) return reply.code(204).send();
      if (!(await takeStreamPlace(context, request, reply))) return reply;
      return sendEvents(context, reply, job, afterSeq);
    },
  };
}
