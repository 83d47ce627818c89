import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LimitsError, type LimitsErrorCode, RulesError } from '../ratelimit/index.ts';
import { isUnavailable } from '../redis/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import { type AdminProblemCode, sendProblem } from './problem.ts';
import type { AdminRoute } from './route.ts';

/** Seconds after which Redis may be back. */
const STORE_RETRY_S = 5;

/** Answers requests that no route takes: 405 where another method would do, else 404. */
export function answerUnknown(routes: readonly Pick<AdminRoute, 'method' | 'path'>[]) {
  const known = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`),
  }));
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = (request.raw.url ?? '').split('?', 1);
    const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length === 0) {
      return sendProblem(reply, 'not_found', {
        detail: 'There is nothing at this path: see docs/admin.md.',
      });
    }
    const allow = methods.join(', ');
    return sendProblem(reply.header('allow', allow), 'method_not_allowed', { detail: `Use ${allow} here.` });
  };
}

const LIMITS_PROBLEMS: Record<LimitsErrorCode, AdminProblemCode> = {
  invalid_override: 'invalid_request',
  invalid_text: 'invalid_request',
  not_refundable: 'invalid_request',
  rules_elsewhere: 'invalid_rules',
  too_many_overrides: 'too_many_overrides',
  unknown_domain: 'unknown_limit',
  unknown_limit: 'unknown_limit',
};

/** Answers what a handler or Fastify itself threw. Callers see no internals of a bug; the log does. */
export function answerError(logger: Logger) {
  const storeFailures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'Redis is away, and admin requests are answered with 503',
    now: () => performance.now(),
  });
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof LimitsError) {
      return sendProblem(reply, LIMITS_PROBLEMS[error.code], { detail: error.message });
    }
    if (error instanceof RulesError) return sendProblem(reply, 'invalid_rules', { detail: error.message });
    const { code, statusCode } = error as Partial<FastifyError>;
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      return sendProblem(reply, 'body_too_large', { detail: 'Send a smaller body.' });
    }
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      return sendProblem(reply, 'unsupported_media_type', { detail: 'Send application/json.' });
    }
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      return sendProblem(reply, 'invalid_request', { detail: 'The request is not well-formed.' });
    }
    if (isUnavailable(error)) {
      storeFailures.failed(error);
      return sendProblem(reply, 'service_unavailable', {
        detail: 'Redis does not answer. Nothing was changed that was not confirmed; try again.',
        retryAfter: STORE_RETRY_S,
      });
    }
    logger.error({ request_id: request.id, code: 'internal_error', err: error }, 'request failed with a bug');
    return sendProblem(reply, 'internal_error', { detail: 'This is a bug. Report it with the request id.' });
  };
}
