import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../telemetry/index.ts';
import { answeredFailure, type ProviderFailure, parseRetryAfterMs } from '../failure.ts';
import type { RequestOutcome } from '../metrics.ts';
import type { CheckedRequest } from '../policy/check-request.ts';
import { type Answer, Unanswered } from '../provider/ask-in-order.ts';
import { networkFailure, silenceFailure } from '../provider/network-failure.ts';
import type { Provider } from '../provider/open.ts';
import { createUsageMeter, type Reading, type UsageMeter } from '../usage-meter.ts';
import type { Deadlines } from './deadlines.ts';
import { headersToProvider, headersToWorker } from './headers.ts';
import { Interruption, type InterruptionReason } from './interruption.ts';
import type { ProxyLimits } from './limits.ts';
import { type Route, targetOf } from './routes.ts';
import { guardAgainstSilence } from './silence.ts';

/** What became of a request. */
export interface Forwarded {
  /** What the provider answered, as far as it came. */
  answer?: { status: number; model: string; reading: Reading; providerRequestId?: string };
  /** Who was asked last; absent where nobody was. */
  provider?: string;
  /** How often one was. */
  tries: number;
  outcome: RequestOutcome;
  failure?: ProviderFailure;
}

/** Who asks, and where the answer goes. */
export interface WorkerRequest {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  tenant: string;
  /** Its lines say whose request it is. */
  logger: Logger;
}

/**
 * Sends a checked request to the provider and streams the answer back, at the pace of the slower side. Never rejects.
 * Where it fails before an answer began, the response is left for the caller to answer.
 */
export async function forward(
  { request, response, route, tenant, logger }: WorkerRequest,
  checked: CheckedRequest,
  provider: Provider,
  limits: ProxyLimits,
  deadlines: Deadlines,
): Promise<Forwarded> {
  let asked: string | undefined;
  let tries = 0;
  let answer: Answer;
  try {
    answer = await provider.ask({
      path: targetOf(route, request.url),
      headers: headersToProvider(request.headers),
      members: checked.members,
      model: checked.model,
      streams: checked.streams,
      tenant,
      logger,
      signal: deadlines.signal,
      onAsked: (name) => {
        asked = name;
        tries += 1;
      },
    });
  } catch (error) {
    return { ...notBegun(error, limits), tries, ...(asked === undefined ? {} : { provider: asked }) };
  }
  provider.metrics.firstByte(answer.upstream.name, answer.firstByteMs);
  const meter = createUsageMeter(
    one(answer.response.headers['content-type']),
    one(answer.response.headers['content-encoding']),
  );
  const brokenBy = await pass(answer, meter, response, limits, deadlines);
  return { ...ended(answer, meter.reading(), brokenBy, limits), tries };
}

/** @returns why the answer did not come to its end: the proxy's own reason, or what the network threw */
async function pass(
  answer: Answer,
  meter: UsageMeter,
  response: ServerResponse,
  { idleTimeoutMs }: ProxyLimits,
  { signal, interrupt }: Deadlines,
): Promise<InterruptionReason | Error | undefined> {
  const { statusCode, headers, body } = answer.response;
  try {
    response.writeHead(statusCode, headersToWorker(headers));
    response.flushHeaders();
    const chunks = guardAgainstSilence<Uint8Array>(body, idleTimeoutMs, () => interrupt('silence'));
    await pipeline(metered(chunks, meter), response, { signal });
    return undefined;
  } catch (error) {
    response.destroy();
    const cause = signal.aborted ? signal.reason : error;
    return cause instanceof Interruption ? cause.reason : (cause as Error);
  } finally {
    meter.end();
  }
}

async function* metered(chunks: AsyncIterable<Uint8Array>, meter: UsageMeter) {
  for await (const chunk of chunks) {
    meter.push(chunk);
    yield chunk;
  }
}

function notBegun(error: unknown, limits: ProxyLimits): Omit<Forwarded, 'tries'> {
  if (error instanceof Unanswered) return { outcome: error.failure.kind, failure: error.failure };
  if (error instanceof Interruption && error.reason === 'total_time') {
    return { outcome: 'timeout', failure: notWithin(limits.requestTimeoutMs) };
  }
  if (error instanceof Interruption) return { outcome: 'worker_gone' };
  throw error;
}

function ended(
  { upstream, response, model, settle }: Answer,
  reading: Reading,
  brokenBy: InterruptionReason | Error | undefined,
  limits: ProxyLimits,
): Omit<Forwarded, 'tries'> {
  const status = response.statusCode;
  const providerRequestId = requestIdOf(response.headers['request-id']);
  const about = {
    provider: upstream.name,
    answer: {
      status,
      model,
      reading,
      ...(providerRequestId === undefined ? {} : { providerRequestId }),
    },
  };
  switch (brokenBy) {
    case undefined: {
      if (isCutShort(response.headers, status, reading)) {
        settle(true);
        return { ...about, outcome: 'cut', failure: ENDED_EARLY };
      }
      const failed = status >= 400 || reading.error !== undefined;
      settle(failed && status < 400 && isProvidersFault(reading));
      if (!failed) return { ...about, outcome: 'answered' };
      const retryAfterMs = parseRetryAfterMs(one(response.headers['retry-after']), Date.now());
      const failure = answeredFailure(
        status >= 400 ? status : undefined,
        reading.error,
        retryAfterMs,
        upstream.redact,
      );
      return { ...about, outcome: failure.kind, failure };
    }
    case 'worker_gone':
    case 'closing':
      settle(false);
      // The CLI goes on as soon as it has read why the model stopped; the answer's very end is nothing to it.
      return { ...about, outcome: reading.stopReason === undefined ? 'worker_gone' : 'answered' };
    case 'silence':
      settle(true);
      return { ...about, outcome: 'stalled', failure: silenceFailure(limits.idleTimeoutMs) };
    case 'total_time':
      settle(false);
      return { ...about, outcome: 'timeout', failure: notWithin(limits.requestTimeoutMs) };
    default:
      settle(true);
      return { ...about, outcome: 'cut', failure: networkFailure(brokenBy, true) };
  }
}

const ENDED_EARLY: ProviderFailure = {
  kind: 'unreachable',
  type: 'api_error',
  message: "The model provider's answer ended before the model had stopped.",
};

/** A gateway may close a stream properly that the provider has not. */
function isCutShort(headers: IncomingHttpHeaders, status: number, reading: Reading): boolean {
  return status < 400 && isEventStream(headers) && !reading.error && !reading.stopReason && !reading.unread;
}

function isEventStream(headers: IncomingHttpHeaders): boolean {
  return one(headers['content-type'])?.toLowerCase().startsWith('text/event-stream') === true;
}

/** An error in a stream that began well counts as the same error would have before it. */
function isProvidersFault({ error }: Reading): boolean {
  return error?.type === 'overloaded_error' || error?.type === 'api_error' || error?.type === 'timeout_error';
}

function notWithin(ms: number): ProviderFailure {
  const message = `The model provider did not finish within ${ms / 1000} s.`;
  return { kind: 'timeout', type: 'timeout_error', message };
}

/** It goes into logs and events, and is not ours: https://docs.claude.com/en/api/errors has `req_…`. */
function requestIdOf(value: string | string[] | undefined): string | undefined {
  const id = one(value);
  return id !== undefined && /^[\w.-]{1,100}$/.test(id) ? id : undefined;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
