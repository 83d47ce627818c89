import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ProblemDetails, replyWithProblem } from '../http/index.ts';

/** Every error that the API answers with its status and the short sentence that a client may show. */
export const PROBLEMS = {
  invalid_request: { status: 400, error: 'Invalid request' },
  not_permitted: { status: 403, error: 'Request exceeds your permissions' },
  assertion_required: { status: 403, error: 'Requests must come through the gateway' },
  not_found: { status: 404, error: 'Not found' },
  job_not_found: { status: 404, error: 'Job not found' },
  artifact_not_found: { status: 404, error: 'Artifact not found' },
  too_many_jobs: { status: 429, error: 'Too many jobs' },
  rate_limited: { status: 429, error: 'Rate limit exceeded' },
  session_busy: { status: 409, error: 'Session busy' },
  method_not_allowed: { status: 405, error: 'Method not allowed' },
  idempotency_key_reused: { status: 422, error: 'Idempotency key reused' },
  body_too_large: { status: 413, error: 'Request body too large' },
  range_not_satisfiable: { status: 416, error: 'Range not satisfiable' },
  unsupported_media_type: { status: 415, error: 'Unsupported media type' },
  internal_error: { status: 500, error: 'Internal error' },
  queue_full: { status: 503, error: 'Service temporarily unavailable' },
  service_unavailable: { status: 503, error: 'Service temporarily unavailable' },
} as const satisfies Record<string, { status: number; error: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457, with the members that Gatehouse adds. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe("the status's own phrase"),
  status: z.int(),
  code: z.string().describe('stable; tells the errors of one status apart'),
  error: z.string().describe('one short sentence that a client may show'),
  detail: z.string().describe('what to do about it'),
  requestId: z.string(),
  traceId: z.string().optional().describe("names the request's trace, where there is one"),
  retryAfter: z.int().optional().describe('seconds after which another try may work'),
  limit: z.string().optional().describe('of rate_limited: the name of the limit that is used up'),
  window: z.number().optional().describe('of rate_limited: seconds that the limit is for'),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, code: ProblemCode, details: ProblemDetails): FastifyReply {
  return replyWithProblem(reply, { code, ...PROBLEMS[code] }, details);
}
