import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LogFields, Logger } from '../../telemetry/index.ts';
import { answeredFailure, type ProviderFailure, parseRetryAfterMs } from '../failure.ts';
import type { Provider } from '../provider.ts';
import { sendApiError } from './api-error.ts';
import type { AttemptContext, ModelSession } from './attempt-context.ts';
import { explainBreakage } from './breakage.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import { DEFAULT_PROXY_LIMITS, type ProxyLimits } from './limits.ts';
import { routeOf } from './routes.ts';
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
  let current: RunningSession | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = current;
    if (session === undefined) {
      return sendApiError(response, 403, 'permission_error', 'No job runs here now.');
    }
    await session.run(() => serve(session, request, response));
  }

  async function serve(
    session: RunningSession,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const route = routeOf(request.method, request.url);
    if (route === undefined) {
      return sendApiError(response, 404, 'not_found_error', 'The model proxy serves the Messages API only.');
    }
    if (session.runningRequests > limits.maxConcurrent) {
      const message = `More than ${limits.maxConcurrent} model requests at once.`;
      return sendApiError(response, 429, 'rate_limit_error', message, { 'retry-after': '1' });
    }
    const startedMs = performance.now();
    const exchange = await forward(request, response, provider, limits, session.ended);
    const breakage = explainBreakage(exchange, limits);
    if (breakage !== undefined && !response.headersSent) {
      sendApiError(response, breakage.status, breakage.type, breakage.failure.message);
    } else if (exchange.brokenBy !== undefined) response.destroy();

    const failure = breakage?.failure ?? failureIn(exchange, provider);
    if (route === 'messages') session.record(exchange, failure);
    logExchange(logger, exchange, failure, {
      address: provider.address,
      job_id: session.context.jobId,
      attempt: session.context.attempt,
      duration_ms: Math.round(performance.now() - startedMs),
    });
  }

  const server = createServer(
    { requestTimeout: limits.requestTimeoutMs, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        logger.error({ err: error }, 'The model proxy failed');
        response.destroy();
      });
    },
  );
  // A worker's connections are descriptors of ours, which every other worker needs too.
  server.maxConnections = limits.maxConcurrent * CONNECTIONS_PER_REQUEST;
  await listenPrivately(server, options.socketPath, options.uid);

  return {
    begin(context) {
      if (current !== undefined) throw new TypeError('The attempt before has not ended.');
      const session = openSession(context);
      current = session;
      return {
        usage: session.usage,
        lastError: session.lastError,
        async end() {
          if (current === session) current = undefined;
          await session.end();
        },
      };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const last = current;
      current = undefined;
      await last?.end();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What the provider itself said went wrong. */
function failureIn({ answer }: Exchange, { redact }: Provider): ProviderFailure | undefined {
  if (answer === undefined) return undefined;
  const { reading, retryAfter } = answer;
  const status = answer.status >= 400 ? answer.status : undefined;
  if (status === undefined && reading.error === undefined) return undefined;
  return answeredFailure(status, reading.error, parseRetryAfterMs(retryAfter, Date.now()), redact);
}

function logExchange(
  logger: Logger,
  { answer, brokenBy }: Exchange,
  failure: ProviderFailure | undefined,
  about: LogFields,
): void {
  const fields = { ...about, status: answer?.status };
  if (failure !== undefined) {
    // Its message stays out: a provider may quote the prompt in it.
    logger.warn({ ...fields, code: failure.type, reason: failure.kind }, 'The model provider failed');
  } else if (brokenBy !== undefined) {
    logger.debug({ ...fields, reason: String(brokenBy) }, 'A model request was given up');
  } else logger.debug(fields, 'A model request was answered');
  if (answer?.reading.unread !== undefined && answer.status < 400) {
    logger.warn({ ...fields, reason: answer.reading.unread }, 'Tokens of a model answer were not counted');
  }
}
