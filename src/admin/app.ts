import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { FieldError } from '../http/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { answerError, answerUnknown } from './fallback.ts';
import { sendProblem } from './problem.ts';
import type { AdminContext, AdminRoute } from './route.ts';
import { ROUTES } from './routes.ts';
import type { TokenCheck } from './token.ts';

export interface AdminOptions {
  context: AdminContext;
  hasToken: TokenCheck;
  logger: Logger;
}

const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than any id, so that a wrong one is answered as such. */
const MAX_PARAM_CHARACTERS = 1_024;
const MAX_ERRORS = 20;

/** The admin API, ready to listen. No CORS headers: no page of another origin is to read it. */
export function createAdmin({ context, hasToken, logger }: AdminOptions): FastifyInstance {
  const answerThrown = answerError(logger);
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    exposeHeadRoutes: false,
    frameworkErrors: answerThrown,
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerThrown);
  app.setNotFoundHandler(
    { preHandler: requireToken(hasToken) },
    answerUnknown(ROUTES.map(({ method, path }) => ({ method, path }))),
  );
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  for (const route of ROUTES) {
    app.route({
      method: route.method,
      url: route.path,
      // Before the body is read.
      ...(route.access === 'token' && { onRequest: requireToken(hasToken) }),
      handler: (request, reply) => answer(route, context, request, reply),
    });
  }
  return app;
}

/** One answer for a missing and a wrong token, so that it tells nothing of either (RFC 6750, section 3). */
function requireToken(hasToken: TokenCheck) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    hasToken(request.headers.authorization)
      ? undefined
      : sendProblem(
          reply.header('www-authenticate', 'Bearer realm="gatehouse-admin"'),
          'invalid_admin_token',
          {
            detail: "Send 'Authorization: Bearer TOKEN' with the token in admin.tokenFile.",
          },
        );
}

async function answer(
  route: AdminRoute,
  context: AdminContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parts = {
    params: (route.params ?? z.unknown()).safeParse(request.params),
    query: (route.query ?? z.strictObject({})).safeParse(request.query),
    body: (route.body ?? z.unknown()).safeParse(route.body === undefined ? undefined : request.body),
  };
  const errors = Object.values(parts).flatMap(({ error }) => (error ? fieldErrors(error) : []));
  if (errors.length > 0) {
    const detail = errors
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    return sendProblem(reply, 'invalid_request', { detail, errors });
  }
  const { params, query, body } = parts;
  const result = await route.handle({ params: params.data, query: query.data, body: body.data }, context);
  if ('problem' in result) return sendProblem(reply, result.problem, { detail: result.detail });
  return reply.code(result.status).send(result.body);
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.slice(0, MAX_ERRORS).map(({ path, message }) => ({ path: path.join('.'), message }));
}
