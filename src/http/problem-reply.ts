import type { FastifyReply } from 'fastify';
import { ERROR_CODE_HEADER, PROBLEM_TYPE, type ProblemKind, problem } from '../problem/index.ts';
import { traceIdOf } from '../trace-context/index.ts';

/** What is wrong with one field of a request. */
export interface FieldError {
  /** Such as `context.branch`. */
  path: string;
  message: string;
}

export interface ProblemDetails {
  /** What the caller can do about it. */
  detail: string;
  /** Seconds after which another try may work. */
  retryAfter?: number;
  errors?: readonly FieldError[];
}

/** Answers with a problem (RFC 9457). */
export function replyWithProblem(
  reply: FastifyReply,
  kind: ProblemKind,
  { detail, retryAfter, errors }: ProblemDetails,
): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  const { id: requestId, headers } = reply.request;
  const { traceparent } = headers;
  const traceId = traceIdOf(typeof traceparent === 'string' ? traceparent : undefined);
  const body = { ...problem(kind, { detail, retryAfter, requestId, traceId }), errors };
  // Bytes, since Fastify adds a charset to the type of text, which JSON does not have (RFC 8259, section 11).
  return reply
    .code(kind.status)
    .header(ERROR_CODE_HEADER, kind.code)
    .type(PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(body)));
}
