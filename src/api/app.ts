import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type AssertionVerifier, createRouteTable, REQUEST_ID_PATTERN, routeName } from '../authz/index.ts';
import { type Config, allRoutes as namedRoutes, skillFolders, submissionPaths } from '../config/index.ts';
import type { JobStore } from '../jobs/index.ts';
import { type BuiltPages, servePages } from '../pages/index.ts';
import type { StreamPlaces } from '../ratelimit/index.ts';
import { type Logger, silentTracer, type Tracer } from '../telemetry/index.ts';
import { artifactRoute } from './artifact/handler.ts';
import { artifactsRoute } from './artifacts/handler.ts';
import { requireAssertion, requireAssertionHeader } from './caller.ts';
import { cancelRoute } from './cancel/handler.ts';
import { createUndoEncoding } from './content-encoding.ts';
import { eventsRoute } from './events/handler.ts';
import { answerError, answerUnknown } from './fallback.ts';
import { forgetSessionRoute } from './forget-session/handler.ts';
import { healthRoute } from './health/handler.ts';
import { createInject } from './inject.ts';
import { invokeRoute } from './invoke/handler.ts';
import { jobRequestSchema } from './job-request/schema.ts';
import { listRoute } from './list/handler.ts';
import { openApiRoute } from './openapi/handler.ts';
import { readyRoute } from './ready/handler.ts';
import { createRequestLog } from './request-log.ts';
import type { ApiContext, Route } from './route.ts';
import { statusRoute } from './status/handler.ts';
import { streamRoute } from './stream/handler.ts';
import { traceRequests } from './trace.ts';

export interface ApiOptions {
  config: Pick<
    Config,
    'envoy' | 'inspection' | 'jobs' | 'model' | 'pool' | 'routes' | 'skills' | 'tiers' | 'workspaces'
  >;
  store: JobStore;
  verify: AssertionVerifier;
  /** Places for open event streams. */
  streams: StreamPlaces;
  logger: Logger;
  /** Absent: nothing is traced. */
  tracer?: Tracer;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted when no new callers come: streams end at once, waits after envoy.drainTimeout at the latest. */
  draining?: AbortSignal;
  /** The callers' page; without it its place says how to build it. */
  page?: BuiltPages | undefined;
}

/** Where the callers' page is; scripts/build-ui.ts builds it for this path. */
const CALLERS_PAGE = '/claude/dashboard';

/** Envoy sends a request whole; one that is this slow comes from somewhere else. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than any job id, so that a wrong one is answered as such. */
const MAX_PARAM_CHARACTERS = 8_192;

/** The HTTP API, ready to listen. Closing it ends waits and streams first. */
export function createApi({
  config,
  store,
  verify,
  streams,
  logger,
  tracer = silentTracer,
  now,
  draining,
  page,
}: ApiOptions): FastifyInstance {
  const closing = new AbortController();
  const log = createRequestLog(logger);
  const table = createRouteTable(namedRoutes(config.routes));
  const endWaits = () => closing.abort();
  draining?.addEventListener('abort', () => setTimeout(endWaits, config.envoy.drainTimeout.ms).unref());
  const context: ApiContext = {
    store,
    streams,
    log,
    tracer,
    now,
    draining: draining === undefined ? closing.signal : AbortSignal.any([draining, closing.signal]),
    closing: closing.signal,
    workspaces: config.workspaces,
    refuseWhileUnavailable: config.model.whileUnavailable === 'refuse',
    defaults: { maxTurns: config.pool.maxTurns, timeoutS: config.jobs.timeout.ms / 1000 },
    inject: createInject(config),
  };
  const routes = allRoutes(context, config);

  const routeOf = ({ method, raw }: FastifyRequest) => routeName(table.match(method, raw.url ?? ''));
  const undoEncoding = createUndoEncoding(config);
  const answerThrown = answerError(logger, log);
  const app = fastify({
    bodyLimit: config.envoy.maxBody.bytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Requests on open connections are answered until the last of them is done.
    return503OnClosing: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    exposeHeadRoutes: false,
    frameworkErrors: answerThrown,
  });
  traceRequests(app, tracer);
  app.addHook('preClose', async () => endWaits());
  app.setErrorHandler(answerThrown);
  app.setNotFoundHandler(answerUnknown(routes));
  // The body stays as it came until its digest is compared.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  for (const { method, path, head, access, handle } of routes) {
    app.route({
      method,
      url: path,
      exposeHeadRoute: head,
      ...(access === 'asserted' && {
        onRequest: requireAssertionHeader(log),
        preValidation: requireAssertion({ verify, undoEncoding, log, routeOf }),
      }),
      handler: handle,
    });
  }
  servePages(app, CALLERS_PAGE, page);
  return app;
}

function allRoutes(context: ApiContext, config: ApiOptions['config']): Route[] {
  const { inspection, jobs } = config;
  const schema = jobRequestSchema({
    maxPromptCharacters: inspection.maxPromptCharacters,
    maxTimeoutS: Math.max(1, Math.floor(jobs.maxTimeout.ms / 1000)),
    files: { maxFiles: jobs.files.maxFiles, maxBytes: jobs.files.maxTotal.bytes },
    skills: [...skillFolders(config).keys()],
  });
  const invoke = invokeRoute(context, schema);
  const stream = streamRoute(context, schema);
  const routes = [
    invoke,
    stream,
    statusRoute(context),
    listRoute(context),
    cancelRoute(context),
    artifactsRoute(context),
    artifactRoute(context),
    eventsRoute(context),
    forgetSessionRoute(context),
    healthRoute(context),
    readyRoute(context),
  ];
  // Everybody can read the description; an operator's own paths are for those who are told of them.
  const own = submissionPaths(config.routes).map((path) => ({
    ...(path.endsWith('/invoke') ? invoke : stream),
    path,
  }));
  return [...routes, ...own, openApiRoute(routes)];
}
