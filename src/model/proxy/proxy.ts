import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type LogFields, type Logger, traceIdOf } from '../../telemetry/index.ts';
import type { Provider } from '../provider/open.ts';
import { NOT_TO_BE_REPEATED, sendApiError } from './api-error.ts';
import type { AttemptContext, ModelSession } from './attempt-context.ts';
import { DEFAULT_PROXY_LIMITS, type ProxyLimits } from './limits.ts';
import { serveRequest } from './serve-request.ts';
import { openSession, type RunningSession } from './session.ts';
import { listenPrivately } from './socket.ts';

export interface ModelProxyOptions {
  provider: Provider;
  /** Where the socket file is made; its folder must exist and be private. */
  socketPath: string;
  /** The worker's uid, who becomes the socket's owner; counts only when this process is root. */
  uid?: number | undefined;
  logger: Logger;
  limits: Pick<ProxyLimits, 'requestTimeoutMs' | 'idleTimeoutMs'> & Partial<ProxyLimits>;
}

/**
 * One worker's way to the model: the only thing it can reach, and without any key on its side. It serves the worker
 * for as long as that lives, and asks the provider for nothing but an attempt that runs.
 */
export interface ModelProxy {
  /**
   * From now on requests are the attempt's.
   * @throws TypeError while another attempt has not ended
   */
  begin(context: AttemptContext): ModelSession;
  /** Cuts what runs and removes the socket file. */
  close(): Promise<void>;
}

/** One that is in use, and one that is kept for the next. */
const CONNECTIONS_PER_REQUEST = 2;
/** Longer than the CLI keeps an idle connection, so that it never writes to one that is being closed. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Serves Anthropic's Messages API on a unix socket, by passing requests on to the provider with its key.
 * @throws ModelError when the socket cannot be made
 */
export async function startModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const { provider, logger } = options;
  const limits: ProxyLimits = { ...DEFAULT_PROXY_LIMITS, ...options.limits };
  let current: { session: RunningSession; logger: Logger } | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (current === undefined) {
      provider.metrics.refusal('no_job');
      const message = 'No job runs here now.';
      return sendApiError(response, 403, 'permission_error', message, NOT_TO_BE_REPEATED);
    }
    const { session, logger: own } = current;
    await session
      .run(() => serveRequest(session, request, response, { provider, limits, logger: own }))
      .catch((err: unknown) => {
        own.error({ code: 'internal_error', err }, 'The model proxy failed');
        response.destroy();
      });
  }

  const server = createServer(
    { requestTimeout: limits.requestTimeoutMs, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      handle(request, response).catch(() => response.destroy());
    },
  );
  // A worker's connections are descriptors of ours, which every other worker needs too.
  server.maxConnections = limits.maxConcurrent * CONNECTIONS_PER_REQUEST;
  await listenPrivately(server, options.socketPath, options.uid);

  return {
    begin(context) {
      if (current !== undefined) throw new TypeError('The attempt before has not ended.');
      const session = openSession(context);
      current = { session, logger: logger.child(sessionFields(context)) };
      return {
        usage: session.usage,
        costUsd: session.costUsd,
        model: session.model,
        stopReason: session.stopReason,
        lastError: session.lastError,
        async end() {
          if (current?.session === session) current = undefined;
          await session.end();
        },
      };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const last = current;
      current = undefined;
      await last?.session.end();
      server.closeAllConnections();
      await closed;
    },
  };
}

function sessionFields(context: AttemptContext): LogFields {
  const { jobId, attempt, requestId, traceparent, client, tenant, tier } = context;
  const ids = { request_id: requestId, trace_id: traceIdOf(traceparent), job_id: jobId };
  return { ...ids, attempt, client, tenant, tier };
}
