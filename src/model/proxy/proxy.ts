import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from '../../telemetry/index.ts';
import { answeredFailure, type ProviderFailure, parseRetryAfterMs } from '../failure.ts';
import type { Provider } from '../provider.ts';
import type { TokenUsage } from '../usage.ts';
import { sendApiError } from './api-error.ts';
import { explainBreakage } from './breakage.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import { createLedger } from './ledger.ts';
import { DEFAULT_PROXY_LIMITS, type ProxyLimits } from './limits.ts';
import { routeOf } from './routes.ts';
import { listenPrivately } from './socket.ts';

export interface ModelProxyOptions {
  provider: Provider;
  /** Where the socket file is made; its folder must exist and be private. */
  socketPath: string;
  /** The worker's uid, who becomes the socket's owner; counts only when this process is root. */
  uid?: number | undefined;
  logger: Logger;
  limits: Pick<ProxyLimits, 'requestTimeoutMs' | 'idleTimeoutMs'> & Partial<ProxyLimits>;
  /** Told the tokens of each answer, also of one that broke off. */
  onUsage?: (usage: TokenUsage) => void;
}

/** One worker's way to the model: the only thing it can reach, and without any key on its side. */
export interface ModelProxy {
  /** The failure of the last model request; undefined when that went well or there was none. */
  lastError(): ProviderFailure | undefined;
  /** Tokens of all answers so far, also of those that broke off. An answer counts once it has ended. */
  usage(): TokenUsage;
  /** Cuts what runs and removes the socket file. */
  close(): Promise<void>;
}

/** Longer than the CLI keeps an idle connection, so that it never writes to one that is being closed. */
/** One that is in use, and one that is kept for the next. */
const CONNECTIONS_PER_REQUEST = 2;
const KEEP_ALIVE_MS = 120_000;

/**
 * Serves Anthropic's Messages API on a unix socket, by passing requests on to the provider with its key.
 * @throws ModelError when the socket cannot be made
 */
export async function startModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const { provider, logger } = options;
  const limits: ProxyLimits = { ...DEFAULT_PROXY_LIMITS, ...options.limits };
  const ledger = createLedger();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = routeOf(request.method, request.url);
    if (route === undefined) {
      return sendApiError(response, 404, 'not_found_error', 'The model proxy serves the Messages API only.');
    }
    if (running.size >= limits.maxConcurrent) {
      const message = `More than ${limits.maxConcurrent} model requests at once.`;
      return sendApiError(response, 429, 'rate_limit_error', message, { 'retry-after': '1' });
    }
    const startedMs = performance.now();
    const exchange = await forward(request, response, provider, limits, closing.signal);
    const breakage = explainBreakage(exchange, limits);
    if (breakage !== undefined && !response.headersSent) {
      sendApiError(response, breakage.status, breakage.type, breakage.failure.message);
    } else if (exchange.brokenBy !== undefined) response.destroy();

    const failure = breakage?.failure ?? failureIn(exchange, provider);
    if (route === 'messages') {
      ledger.record(exchange, failure);
      if (exchange.answer !== undefined) options.onUsage?.(exchange.answer.reading.usage);
    }
    logExchange(logger, exchange, failure, {
      address: provider.address,
      duration_ms: Math.round(performance.now() - startedMs),
    });
  }

  const server = createServer(
    { requestTimeout: limits.requestTimeoutMs, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      const done = handle(request, response).catch((error: unknown) => {
        logger.error({ err: error }, 'The model proxy failed');
        response.destroy();
      });
      running.add(done);
      void done.finally(() => running.delete(done));
    },
  );
  // A worker's connections are descriptors of ours, which every other worker needs too.
  server.maxConnections = limits.maxConcurrent * CONNECTIONS_PER_REQUEST;
  await listenPrivately(server, options.socketPath, options.uid);

  return {
    lastError: ledger.lastError,
    usage: ledger.usage,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort();
      server.closeAllConnections();
      await Promise.all([...running, closed]);
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
  about: { address: string; duration_ms: number },
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
