import type { FastifyReply } from 'fastify';
import { type ProblemDetails, replyWithProblem } from '../http/index.ts';

/** Every error that the admin API answers with its status and one short sentence. */
export const ADMIN_PROBLEMS = {
  invalid_request: { status: 400, error: 'Invalid request' },
  invalid_admin_token: { status: 401, error: 'Invalid or missing admin token' },
  not_permitted: { status: 403, error: 'Not permitted for this token' },
  other_origin: { status: 403, error: 'Request of another origin' },
  no_guard_header: { status: 403, error: 'Request without its header' },
  not_found: { status: 404, error: 'Not found' },
  job_not_found: { status: 404, error: 'Job not found' },
  key_not_found: { status: 404, error: 'Key not found' },
  unknown_limit: { status: 404, error: 'Unknown limit' },
  override_not_found: { status: 404, error: 'Override not found' },
  method_not_allowed: { status: 405, error: 'Method not allowed' },
  key_not_rotatable: { status: 409, error: 'Key cannot be rotated' },
  keys_unavailable: { status: 409, error: 'Keys cannot be administered here' },
  too_many_overrides: { status: 409, error: 'Too many overrides' },
  body_too_large: { status: 413, error: 'Request body too large' },
  unsupported_media_type: { status: 415, error: 'Unsupported media type' },
  unknown_host: { status: 421, error: 'Unknown host name' },
  too_many_attempts: { status: 429, error: 'Too many attempts' },
  invalid_rules: { status: 500, error: 'Rule files cannot be used' },
  internal_error: { status: 500, error: 'Internal error' },
  too_many_listeners: { status: 503, error: 'Too many listeners' },
  inspection_busy: { status: 503, error: 'Too many texts are being tried' },
  service_unavailable: { status: 503, error: 'Service temporarily unavailable' },
} as const satisfies Record<string, { status: number; error: string }>;

export type AdminProblemCode = keyof typeof ADMIN_PROBLEMS;

/** Answers with a problem. */
export function sendProblem(
  reply: FastifyReply,
  code: AdminProblemCode,
  details: ProblemDetails,
): FastifyReply {
  return replyWithProblem(reply, { code, ...ADMIN_PROBLEMS[code] }, details);
}
