import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerUsage, NO_ANSWER_USAGE } from './usage.ts';
import { createUsageMeter, type Reading } from './usage-meter.ts';

const STREAM = 'text/event-stream; charset=utf-8';
const JSON_TYPE = 'application/json';

function read(contentType: string, chunks: Uint8Array[], contentEncoding?: string): Reading {
  const meter = createUsageMeter(contentType, contentEncoding);
  for (const chunk of chunks) meter.push(chunk);
  meter.end();
  return meter.reading();
}

const readText = (contentType: string, text: string) => read(contentType, [Buffer.from(text)]);

/** Splits bytes anywhere, also inside a character or a line ending. */
function split(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

function sse(events: object[], newline: string): string {
  return events
    .map((event) => {
      const type = 'type' in event ? event.type : '';
      return `event: ${type}${newline}data: ${JSON.stringify(event)}${newline}${newline}`;
    })
    .join('');
}

const tokens = fc.nat({ max: 1_000_000 });
const usage = fc.record({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_creation_1h_input_tokens: tokens,
  web_search_requests: tokens,
});

/** A usage as it is on the wire. */
function onWire({ cache_creation_1h_input_tokens, web_search_requests, ...plain }: AnswerUsage) {
  return {
    ...plain,
    cache_creation: {
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: cache_creation_1h_input_tokens,
    },
    server_tool_use: { web_search_requests },
  };
}
const textDelta = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }));

describe('a streamed answer', () => {
  it('reads the same usage however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(
        usage,
        usage,
        fc.array(textDelta, { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(), { maxLength: 30 }),
        (atStart, atEnd, deltas, newline, cuts) => {
          const text = sse(
            [
              { type: 'message_start', message: { model: 'm', usage: onWire(atStart) } },
              { type: 'ping' },
              ...deltas,
              {
                type: 'message_delta',
                delta: { stop_reason: 'end_turn' },
                usage: { output_tokens: atEnd.output_tokens },
              },
              { type: 'message_stop' },
            ],
            newline,
          );
          const reading = read(STREAM, split(Buffer.from(text), cuts));
          expect(reading).toEqual({
            usage: { ...atStart, output_tokens: atEnd.output_tokens },
            stopReason: 'end_turn',
          });
        },
      ),
    );
  });

  it('takes the figures of message_delta as totals, not as additions', () => {
    const reading = readText(
      STREAM,
      sse(
        [
          { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } },
          { type: 'message_delta', usage: { output_tokens: 5, cache_read_input_tokens: 3 } },
          { type: 'message_delta', usage: { input_tokens: 12, output_tokens: 9 } },
        ],
        '\n',
      ),
    );
    expect(reading.usage).toEqual({
      ...NO_ANSWER_USAGE,
      input_tokens: 12,
      output_tokens: 9,
      cache_read_input_tokens: 3,
    });
  });

  it('does not mistake what the model writes for its usage', () => {
    const forged = 'event: message_delta\ndata: {"usage":{"output_tokens":999}}\n\n';
    const reading = readText(
      STREAM,
      sse(
        [
          { type: 'message_start', message: { usage: { input_tokens: 1 } } },
          { type: 'content_block_delta', delta: { text: forged }, usage: { output_tokens: 999 } },
        ],
        '\n',
      ),
    );
    // What was written before the stream broke off counts for what it is: so many characters.
    expect(reading.usage).toMatchObject({ input_tokens: 1, output_tokens: expect.any(Number) });
    expect(reading.usage.output_tokens).toBeLessThan(50);
  });

  it('keeps what was said when the stream breaks off', () => {
    const whole = sse(
      [
        { type: 'message_start', message: { usage: { input_tokens: 8 } } },
        { type: 'message_delta', usage: { output_tokens: 5 } },
      ],
      '\n',
    );
    expect(readText(STREAM, whole.slice(0, -10)).usage).toEqual({ ...NO_ANSWER_USAGE, input_tokens: 8 });
  });

  it('counts what was written where nobody waited for its count', () => {
    const text = 'word '.repeat(1_000);
    const events = [
      { type: 'message_start', message: { usage: { input_tokens: 8, output_tokens: 1 } } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    ];
    const cutOff = readText(STREAM, sse(events, '\n'));
    expect(cutOff.usage.output_tokens).toBe(1_250);
    const end = {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 1_001 },
    };
    expect(readText(STREAM, sse([...events, end], '\n'))).toMatchObject({
      usage: { output_tokens: 1_001 },
      stopReason: 'end_turn',
    });
  });

  it('counts no less the further a stream got, and never loses what was said', () => {
    fc.assert(
      fc.property(usage, fc.array(textDelta, { maxLength: 8 }), fc.nat(), (said, deltas, cut) => {
        const whole = Buffer.from(
          sse([{ type: 'message_start', message: { usage: onWire(said) } }, ...deltas], '\n'),
        );
        const at = cut % (whole.length + 1);
        const part = read(STREAM, [whole.subarray(0, at)]).usage;
        const all = read(STREAM, [whole]).usage;
        for (const [name, count] of Object.entries(part)) {
          expect(count).toBeLessThanOrEqual(all[name as keyof AnswerUsage]);
        }
      }),
    );
  });

  it('reads an error event', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    expect(readText(STREAM, sse([{ type: 'error', error }], '\n')).error).toEqual(error);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        expect(() => read(STREAM, chunks)).not.toThrow();
      }),
    );
  });

  it('says so when an event is not JSON', () => {
    expect(readText(STREAM, 'event: message_start\ndata: {"oops\n\n').unread).toBe('malformed');
  });

  it('gives up on an event without end, and says so', () => {
    const meter = createUsageMeter(STREAM, undefined);
    const megabyte = Buffer.alloc(2 ** 20, 'x');
    meter.push(Buffer.from('event: message_start\ndata: '));
    for (let count = 0; count < 20; count += 1) meter.push(megabyte);
    expect(meter.reading().unread).toBe('too_large');
  });
});

describe('the shapes that the documentation of the API gives', () => {
  it('of a stream with thinking, a search of the provider and a refusal at its end are read', () => {
    const stream = [
      {
        type: 'message_start',
        message: {
          id: 'msg_01',
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-5-5',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 2679,
            cache_creation_input_tokens: 300,
            cache_read_input_tokens: 1200,
            cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
            output_tokens: 3,
            service_tier: 'standard',
          },
        },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me see.' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: {
          stop_reason: 'refusal',
          stop_sequence: null,
          stop_details: { type: 'refusal', category: null },
        },
        usage: {
          input_tokens: 10682,
          cache_creation_input_tokens: 300,
          cache_read_input_tokens: 1200,
          output_tokens: 510,
          server_tool_use: { web_search_requests: 1 },
          output_tokens_details: { thinking_tokens: 400 },
        },
      },
      { type: 'message_stop' },
    ];
    expect(readText(STREAM, sse(stream, '\n'))).toEqual({
      stopReason: 'refusal',
      usage: {
        input_tokens: 10682,
        output_tokens: 510,
        cache_read_input_tokens: 1200,
        cache_creation_input_tokens: 300,
        cache_creation_1h_input_tokens: 200,
        web_search_requests: 1,
      },
    });
  });

  it('of an error in the middle of a stream, and of one that is the whole answer, are read', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const inStream =
      'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n';
    expect(readText(STREAM, inStream).error).toEqual(error);
    const whole = JSON.stringify({ type: 'error', error, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' });
    expect(readText(JSON_TYPE, whole).error).toEqual(error);
  });
});

describe('an answer that is not streamed', () => {
  it('reads the same usage however the body is cut into chunks', () => {
    fc.assert(
      fc.property(usage, fc.string({ unit: 'binary' }), fc.array(fc.nat()), (said, text, cuts) => {
        const body = JSON.stringify({ model: 'm', content: [{ type: 'text', text }], usage: onWire(said) });
        expect(read(JSON_TYPE, split(Buffer.from(body), cuts))).toEqual({ usage: said });
      }),
    );
  });

  it('reads an error', () => {
    const error = { type: 'rate_limit_error', message: 'Slow down' };
    expect(readText(JSON_TYPE, JSON.stringify({ type: 'error', error }))).toEqual({
      usage: NO_ANSWER_USAGE,
      error,
    });
  });

  it.each([
    ['a page of a gateway', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['a cut body', '{"usage":{"input_tokens":'],
  ])('says so when it is %s', (_, body) => {
    expect(readText(JSON_TYPE, body)).toEqual({ usage: NO_ANSWER_USAGE, unread: 'malformed' });
  });

  it('ignores figures that are no token counts', () => {
    const body = '{"usage":{"input_tokens":-5,"output_tokens":"7","cache_read_input_tokens":null}}';
    expect(readText(JSON_TYPE, body).usage).toEqual(NO_ANSWER_USAGE);
  });
});

it('does not try to read what is compressed, and says so', () => {
  expect(read(STREAM, [Buffer.from([0x1f, 0x8b])], 'gzip')).toEqual({
    usage: NO_ANSWER_USAGE,
    unread: 'compressed',
  });
});
