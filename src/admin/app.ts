import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { FieldError } from '../http/index.ts';
import { type BuiltPages, servePages } from '../pages/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { sendEvents } from './event-stream.ts';
import { answerError, answerUnknown } from './fallback.ts';
import { sendProblem } from './problem.ts';
import type { AdminAnswer, AdminContext, AdminRoute } from './route.ts';
import { ROUTES } from './routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { callerAddress } from './sign-in/caller-address.ts';
import type { Entrance } from './sign-in/entrance.ts';
import { sendNotPermitted, sendRefusal } from './sign-in/refusal-problem.ts';
import { mayDo, type Permission, type Visitor } from './sign-in/visitor.ts';

export interface AdminOptions {
  context: AdminContext;
  /** Aborted when the server is to close: ends answers that go on. */
  closing: AbortSignal;
  /** Proxies in front of it that append to X-Forwarded-For. */
  trustedHops: number;
  logger: Logger;
  /** The dashboard; without it its place says how to build it. */
  dashboard?: BuiltPages | undefined;
}

const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than any id, so that a wrong one is answered as such. */
const MAX_PARAM_CHARACTERS = 1_024;
const MAX_ERRORS = 20;

/** Where the dashboard is; scripts/build-ui.ts builds it for this path. */
const DASHBOARD = '/dashboard';

/** The admin API and the dashboard, ready to listen. No CORS headers: no page of another origin is to read it. */
export function createAdmin({
  context,
  closing,
  trustedHops,
  logger,
  dashboard,
}: AdminOptions): FastifyInstance {
  const { entrance } = context;
  const answerThrown = answerError(logger);
  const addressOf = (request: FastifyRequest) => callerAddress(request, trustedHops);
  /** Who made a request that was let in. */
  const visitors = new WeakMap<FastifyRequest, Visitor>();
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
    { preHandler: letIn(entrance, 'view', visitors, addressOf) },
    answerUnknown(ROUTES.map(({ method, path }) => ({ method, path }))),
  );
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  for (const route of ROUTES) {
    app.route({
      method: route.method,
      url: route.path,
      ...(route.maxBodyBytes !== undefined && { bodyLimit: route.maxBodyBytes }),
      // Before the body is read.
      onRequest: guardOf(route, entrance, visitors, addressOf),
      async handler(request, reply) {
        const result = await handle(route, context, visitors.get(request), request, addressOf(request));
        return 'events' in result ? sendEvents(reply, result.events, closing) : send(reply, result);
      },
    });
  }
  servePages(app, DASHBOARD, dashboard);
  app.get('/', (_request, reply) => reply.redirect(DASHBOARD));
  return app;
}

type AddressOf = (request: FastifyRequest) => string;
type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

function guardOf(
  { access }: AdminRoute,
  entrance: Entrance,
  visitors: WeakMap<FastifyRequest, Visitor>,
  addressOf: AddressOf,
): Guard {
  if (access === 'open') return async () => undefined;
  if (access !== 'sign_in') return letIn(entrance, access, visitors, addressOf);
  return async ({ method, headers }, reply) => {
    const refusal = entrance.checkBrowser({ method, headers });
    return refusal === undefined ? undefined : sendRefusal(reply, { kind: refusal });
  };
}

/** Lets in who has a token or a session, and the permission. */
function letIn(
  entrance: Entrance,
  permission: Permission,
  visitors: WeakMap<FastifyRequest, Visitor>,
  addressOf: AddressOf,
): Guard {
  return async (request, reply) => {
    const { method, headers } = request;
    const admission = entrance.admit({ method, headers, address: addressOf(request) });
    if (admission.kind !== 'admitted') return sendRefusal(reply, admission);
    visitors.set(request, admission.visitor);
    if (permission === 'view' || mayDo(admission.visitor, permission)) return undefined;
    return sendNotPermitted(reply, permission);
  };
}

async function handle(
  route: AdminRoute,
  context: AdminContext,
  visitor: Visitor | undefined,
  request: FastifyRequest,
  address: string,
): Promise<AdminAnswer> {
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
    return { problem: 'invalid_request', detail, errors };
  }
  const { params, query, body } = parts;
  const { accept, origin, 'last-event-id': lastEventId } = request.headers;
  const isSecure = origin?.startsWith('https:') ?? false;
  return route.handle(
    {
      ...{ params: params.data, query: query.data, body: body.data },
      ...{ accept, visitor, address, isSecure },
      lastEventId: lastEventId?.toString(),
    },
    context,
  );
}

function send(reply: FastifyReply, result: Exclude<AdminAnswer, { events: unknown }>): FastifyReply {
  if ('refusal' in result) return sendRefusal(reply, result.refusal);
  if ('problem' in result) {
    const { problem, ...details } = result;
    return sendProblem(reply, problem, details);
  }
  return reply
    .headers(result.headers ?? {})
    .code(result.status)
    .send(result.body);
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.slice(0, MAX_ERRORS).map(({ path, message }) => ({ path: path.join('.'), message }));
}
