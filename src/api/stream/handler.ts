import { z } from 'zod';
import { idempotencyKeyParameter } from '../idempotency-key.ts';
import type { jobRequestSchema } from '../job-request/schema.ts';
import { readQuery } from '../query.ts';
import type { ApiContext, Route } from '../route.ts';
import { eventStreamAnswer, sendEvents } from '../server-sent-events.ts';
import { takeStreamPlace } from '../stream-place.ts';
import { submit } from '../submit.ts';
import { streamQuerySchema } from './schema.ts';

/** Submits a job and sends its events as they happen. */
export function streamRoute(context: ApiContext, schema: ReturnType<typeof jobRequestSchema>): Route {
  return {
    method: 'POST',
    path: '/claude/stream',
    head: false,
    access: 'asserted',
    operation: {
      id: 'stream',
      summary: 'Have Claude Code run a prompt, and follow it',
      parameters: [
        idempotencyKeyParameter,
        {
          in: 'query',
          name: 'cancel_on_disconnect',
          description: 'true: cancel the job once the last listener to its events has left',
          schema: z.enum(['true', 'false']).optional(),
        },
      ],
      body: { name: 'JobRequest', schema },
      answers: {
        200: {
          ...eventStreamAnswer,
          headers: {
            Location: 'where the job can be read',
            'Content-Location': 'where its events can be read again, and the stream taken up after a break',
          },
        },
      },
      problems: [
        'invalid_request',
        'not_permitted',
        'assertion_required',
        'body_too_large',
        'unsupported_media_type',
        'idempotency_key_reused',
        'rate_limited',
        'too_many_jobs',
        'queue_full',
        'service_unavailable',
        'internal_error',
      ],
    },
    async handle(request, reply) {
      const read = readQuery(streamQuerySchema, request, reply);
      if (read.kind === 'refused') return read.reply;
      if (!(await takeStreamPlace(context, request, reply))) return reply;
      const { cancel_on_disconnect: cancelOnDisconnect = false } = read.query;
      const submission = await submit(context, schema, request, reply, { cancelOnDisconnect });
      if (submission.kind === 'refused') return submission.reply;
      const { record } = submission;
      const { jobId } = record;
      reply.header('location', `/claude/status/${jobId}`);
      reply.header('content-location', `/claude/jobs/${jobId}/events`);
      return sendEvents(context, reply, record, 0);
    },
  };
}
