import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Provider } from '../provider.ts';
import { createUsageMeter, type UsageMeter } from '../usage-meter.ts';
import type { Exchange } from './exchange.ts';
import { headersToProvider, headersToWorker } from './headers.ts';
import { Interruption, type InterruptionReason } from './interruption.ts';
import type { ProxyLimits } from './limits.ts';
import { readRequestBody } from './request-body.ts';
import { guardAgainstSilence } from './silence.ts';
import { createStreamFlag } from './stream-flag.ts';

/**
 * Sends a worker's request to the provider and streams the answer back, both at the pace of the slower side.
 * Never rejects. Where it breaks before an answer began, the response is left for the caller to answer.
 * @param closing ends the request at once
 */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  provider: Provider,
  limits: ProxyLimits,
  closing: AbortSignal,
): Promise<Exchange> {
  const own = new AbortController();
  const interrupt = (reason: InterruptionReason) => own.abort(new Interruption(reason));
  const onClosing = () => interrupt('closing');
  // A response that was sent to its end closes too.
  const onClose = () => response.writableFinished || interrupt('worker_gone');
  closing.addEventListener('abort', onClosing);
  response.once('close', onClose);
  const total = setTimeout(() => interrupt('total_time'), limits.requestTimeoutMs);
  let answered: { status: number; retryAfter?: string; meter: UsageMeter } | undefined;
  let brokenBy: InterruptionReason | Error | undefined;
  try {
    const answer = await send(request, provider, limits, own.signal, () => interrupt('silence'));
    const { headers, statusCode, body } = answer;
    const meter = createUsageMeter(one(headers['content-type']), one(headers['content-encoding']));
    const retryAfter = one(headers['retry-after']);
    answered = { status: statusCode, meter, ...(retryAfter === undefined ? {} : { retryAfter }) };
    response.writeHead(statusCode, headersToWorker(headers));
    response.flushHeaders();
    const chunks = guardAgainstSilence<Uint8Array>(body, limits.idleTimeoutMs, () => interrupt('silence'));
    await pipeline(metered(chunks, meter), response, { signal: own.signal });
    meter.end();
  } catch (error) {
    const cause = own.signal.aborted ? own.signal.reason : error;
    brokenBy = cause instanceof Interruption ? cause.reason : (cause as Error);
    if (response.headersSent) response.destroy();
  } finally {
    clearTimeout(total);
    closing.removeEventListener('abort', onClosing);
    response.off('close', onClose);
  }
  return {
    ...(answered === undefined ? {} : { answer: withReading(answered) }),
    ...(brokenBy === undefined ? {} : { brokenBy }),
  };
}

/** Resolves when the provider's answer begins. */
async function send(
  request: IncomingMessage,
  provider: Provider,
  limits: ProxyLimits,
  signal: AbortSignal,
  onSilence: () => void,
) {
  const streams = createStreamFlag();
  let silence: NodeJS.Timeout | undefined;
  async function* body() {
    yield* readRequestBody(request, limits.maxRequestBytes, (chunk) => streams.push(chunk));
    // An answer that is not streamed begins when it is complete, which may take as long as the whole request may.
    if (streams.value()) silence = setTimeout(onSilence, limits.idleTimeoutMs);
  }
  try {
    return await provider.send({
      path: request.url as string,
      headers: headersToProvider(request.headers),
      body: body(),
      signal,
    });
  } finally {
    clearTimeout(silence);
  }
}

async function* metered(chunks: AsyncIterable<Uint8Array>, meter: UsageMeter) {
  for await (const chunk of chunks) {
    meter.push(chunk);
    yield chunk;
  }
}

function withReading({ meter, ...rest }: { status: number; retryAfter?: string; meter: UsageMeter }) {
  return { ...rest, reading: meter.reading() };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
