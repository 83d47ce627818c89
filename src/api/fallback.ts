import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { JobsError } from '../jobs/index.ts';
import { RatelimitError } from '../ratelimit/index.ts';
import { createFailureLog, type Logger } from '../telemetry/index.ts';
import { sendProblem } from './problem.ts';
import type { RequestLog } from './request-log.ts';
import type { Route } from './route.ts';

/** Seconds after which Redis may be back. */
const STORE_RETRY_S = 5;

/** Answers requests that no route takes: 405 where another method would do, else 404. */
export function answerUnknown(routes: readonly Route[]) {
  const known = routes.map(({ method, path, head }) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '[.]').replace(/:\w+/g, '[^/]+').replace('*', '.+')}$`),
    methods: head ? [method, 'HEAD'] : [method],
  }));
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = (request.raw.url ?? '').split('?', 1);
    const methods = known.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : []));
    if (methods.length === 0) {
      return sendProblem(reply, 'not_found', {
        detail: 'There is nothing at this path. /openapi.json lists what there is.',
      });
    }
    const allow = methods.join(', ');
    return sendProblem(reply.header('allow', allow), 'method_not_allowed', { detail: `Use ${allow} here.` });
  };
}

/** Answers what a handler or Fastify itself threw. Callers see no internals; the log does. */
/** @param logger for what is of no one request */
export function answerError(logger: Logger, log: RequestLog) {
  const storeFailures = createFailureLog({
    logger,
    code: 'store_unavailable',
    failing: 'jobs cannot be written or read, and requests are answered with 503',
    now: () => performance.now(),
  });
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof JobsError && error.code === 'store_unavailable') {
      storeFailures.failed(error);
      return sendProblem(reply, 'service_unavailable', {
        detail: 'The store of the jobs does not answer. Nothing was lost; try again.',
        retryAfter: STORE_RETRY_S,
      });
    }
    if (error instanceof RatelimitError) {
      storeFailures.failed(error);
      return sendProblem(reply, 'service_unavailable', {
        detail: 'The store of the limits does not answer. Try again.',
        retryAfter: STORE_RETRY_S,
      });
    }
    const { code, statusCode = 500 } = error as Partial<FastifyError>;
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      return sendProblem(reply, 'body_too_large', { detail: 'Send a smaller body.' });
    }
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      return sendProblem(reply, 'unsupported_media_type', { detail: 'Send application/json.' });
    }
    if (statusCode >= 400 && statusCode < 500) {
      return sendProblem(reply, 'invalid_request', { detail: 'The request is not well-formed.' });
    }
    log.of(request).error({ code: 'internal_error', err: error }, 'request failed with a bug');
    return sendProblem(reply, 'internal_error', {
      detail: 'This is our mistake. Report it with the request id.',
    });
  };
}
