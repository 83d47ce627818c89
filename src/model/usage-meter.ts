import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { type AnswerUsage, NO_ANSWER_USAGE } from './usage.ts';

/** What one answer of the Messages API says about itself. */
export interface Reading {
  /** Where a stream broke off before its output was counted, that is estimated from what was written. */
  usage: AnswerUsage;
  /** Why the model stopped, such as `end_turn`, `max_tokens` or `refusal`; absent while it has not. */
  stopReason?: string;
  /** Anthropic's error, from an error body or an `error` event in the stream. */
  error?: { type: string; message: string };
  /** Set when the answer could not be read to its end, so that the usage may be too low. */
  unread?: 'compressed' | 'too_large' | 'malformed';
}

/** Watches an answer go by in chunks of any size, without holding on to what it does not need. */
export interface UsageMeter {
  push(chunk: Uint8Array): void;
  /** Says that no more chunks follow. */
  end(): void;
  reading(): Reading;
}

/** One event may carry a whole fetched document; what the meter reads is far smaller. */
const MAX_EVENT_CHARACTERS = 16 * 2 ** 20;
/** Answers that are not streamed: 128,000 output tokens are well below 1 MiB of JSON text. */
const MAX_BODY_BYTES = 8 * 2 ** 20;

/**
 * The meter that fits an answer's headers.
 * @param contentType as the provider sent it
 * @param contentEncoding as the provider sent it; what is compressed cannot be read
 */
export function createUsageMeter(
  contentType: string | undefined,
  contentEncoding: string | undefined,
): UsageMeter {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') return blindMeter();
  return contentType?.toLowerCase().startsWith('text/event-stream') ? streamMeter() : bodyMeter();
}

function blindMeter(): UsageMeter {
  return { push() {}, end() {}, reading: () => ({ usage: NO_ANSWER_USAGE, unread: 'compressed' }) };
}

/** The events that carry usage or an error; the others are not even parsed. */
const READ_EVENTS = new Set(['message_start', 'message_delta', 'error']);

/** A delta's data beside what was written: `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}`. */
const DELTA_FRAME_CHARACTERS = 80;
/** What a worker cut off before its end was written all the same, and is charged by the provider. */
const CHARACTERS_PER_TOKEN = 4;

function streamMeter(): UsageMeter {
  let reading: Reading = { usage: NO_ANSWER_USAGE };
  let written = 0;
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: ({ event, data }) => {
      if (event === 'content_block_delta') written += Math.max(0, data.length - DELTA_FRAME_CHARACTERS);
      else if (event === undefined || READ_EVENTS.has(event)) reading = withMessage(reading, data);
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') reading = { ...reading, unread: 'too_large' };
    },
  });
  return {
    push(chunk) {
      // The parser throws when it is fed after it gave up.
      if (reading.unread !== 'too_large') parser.feed(decoder.decode(chunk, { stream: true }));
    },
    end() {},
    reading() {
      if (reading.stopReason !== undefined) return reading;
      const estimate = Math.ceil(written / CHARACTERS_PER_TOKEN);
      const output_tokens = Math.max(reading.usage.output_tokens, estimate);
      return { ...reading, usage: { ...reading.usage, output_tokens } };
    },
  };
}

function bodyMeter(): UsageMeter {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let reading: Reading = { usage: NO_ANSWER_USAGE };
  return {
    push(chunk) {
      bytes += chunk.byteLength;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks = [];
        reading = { ...reading, unread: 'too_large' };
      }
    },
    end() {
      if (reading.unread === undefined) reading = withMessage(reading, Buffer.concat(chunks).toString());
      chunks = [];
    },
    reading: () => reading,
  };
}

const count = z.int().nonnegative().nullish().catch(undefined);
const usage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    cache_creation: z.object({ ephemeral_1h_input_tokens: count }).nullish().catch(undefined),
    server_tool_use: z.object({ web_search_requests: count }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);
const stopReason = z.string().max(40).nullish().catch(undefined);

/** An event's data or a whole body: both are JSON whose usage is at the top or below `message`. */
const message = z.object({
  usage,
  stop_reason: stopReason,
  message: z.object({ usage }).optional().catch(undefined),
  delta: z.object({ stop_reason: stopReason }).optional().catch(undefined),
  error: z.object({ type: z.string(), message: z.string() }).optional().catch(undefined),
});

function withMessage(reading: Reading, json: string): Reading {
  let parsed: z.infer<typeof message>;
  try {
    parsed = message.parse(JSON.parse(json));
  } catch {
    return { ...reading, unread: 'malformed' };
  }
  const said = parsed.message?.usage ?? parsed.usage;
  const stopped = parsed.delta?.stop_reason ?? parsed.stop_reason;
  return {
    ...reading,
    usage: said ? latest(reading.usage, said) : reading.usage,
    ...(stopped ? { stopReason: stopped } : {}),
    ...(parsed.error === undefined ? {} : { error: parsed.error }),
  };
}

/** The figures of message_delta are totals so far: each replaces what was said before. */
function latest(before: AnswerUsage, said: NonNullable<z.infer<typeof usage>>): AnswerUsage {
  return {
    input_tokens: said.input_tokens ?? before.input_tokens,
    output_tokens: said.output_tokens ?? before.output_tokens,
    cache_read_input_tokens: said.cache_read_input_tokens ?? before.cache_read_input_tokens,
    cache_creation_input_tokens: said.cache_creation_input_tokens ?? before.cache_creation_input_tokens,
    cache_creation_1h_input_tokens:
      said.cache_creation?.ephemeral_1h_input_tokens ?? before.cache_creation_1h_input_tokens,
    web_search_requests: said.server_tool_use?.web_search_requests ?? before.web_search_requests,
  };
}
