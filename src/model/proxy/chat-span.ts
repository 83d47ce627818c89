import type { IncomingHttpHeaders } from 'node:http';
import { SPANS, type Span } from '../../telemetry/index.ts';
import type { CheckedRequest } from '../policy/check-request.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { Forwarded } from './forward.ts';

/** Begins the span of a model request; undefined where nothing is traced. */
export function startChat(
  { startSpan }: AttemptContext,
  { model }: CheckedRequest,
  headers: IncomingHttpHeaders,
): Span | undefined {
  return startSpan?.(SPANS.chat(model), {
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': model,
      'http.request.resend_count': resendCount(headers),
    },
  });
}

/** Ends it with what the provider answered. A request that the worker gave up has not failed. */
export function endChat(span: Span, { answer, provider, tries, outcome, failure }: Forwarded): void {
  span.set({
    'gatehouse.model.provider': provider,
    'gatehouse.model.tries': tries,
    'gatehouse.model.outcome': outcome,
  });
  if (answer !== undefined) {
    const { usage, stopReason } = answer.reading;
    const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = usage;
    span.set({
      'http.response.status_code': answer.status,
      'gatehouse.model.provider_request_id': answer.providerRequestId,
      'gen_ai.response.finish_reasons': stopReason === undefined ? undefined : [stopReason],
      'gen_ai.usage.input_tokens': input_tokens + cache_read_input_tokens + cache_creation_input_tokens,
      'gen_ai.usage.output_tokens': output_tokens,
      'gen_ai.usage.cache_read.input_tokens': cache_read_input_tokens,
      'gen_ai.usage.cache_creation.input_tokens': cache_creation_input_tokens,
    });
  }
  span.end({ error: failure?.kind });
}

/** Anthropic's client libraries say which retry a request is. What runs in the sandbox may say anything. */
function resendCount({ 'x-stainless-retry-count': count }: IncomingHttpHeaders): number | undefined {
  return typeof count === 'string' && /^[1-9]\d?$/.test(count) ? Number(count) : undefined;
}
