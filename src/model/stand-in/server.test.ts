import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from './server.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

function post(path: string, body: unknown, signal?: AbortSignal) {
  return fetch(new URL(path, standIn.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

const TOOLS = [{ name: 'Write', input_schema: {} }];
const ask = (prompt: string, stream: boolean) => ({
  model: 'claude-any',
  max_tokens: 100,
  stream,
  tools: TOOLS,
  messages: [{ role: 'user', content: prompt }],
});

function events(text: string) {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [, type, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      const event = JSON.parse(data);
      expect(event.type).toBe(type);
      return event;
    });
}

describe('POST /v1/messages', () => {
  it('streams text as the Messages API does', async () => {
    const response = await post('/v1/messages?beta=true', ask('stand-in: say one two', true));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const sent = events(await response.text());
    expect(sent.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(sent[0].message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'stand-in',
      content: [],
    });
    expect(sent[0].message.usage.input_tokens).toBeGreaterThan(10);
    expect(sent.flatMap(({ delta }) => delta?.text ?? []).join('')).toBe('one two');
    expect(sent.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } });
  });

  it('streams a call whose pieces of input come together', async () => {
    const content = 'ä'.repeat(1_000);
    const response = await post('/v1/messages', ask(`stand-in: write /a ${content}`, true));
    const sent = events(await response.text());
    expect(sent.find(({ type }) => type === 'content_block_start')).toMatchObject({
      content_block: { type: 'tool_use', name: 'Write', id: expect.stringMatching(/^toolu_/), input: {} },
    });
    const json = sent.flatMap(({ delta }) => delta?.partial_json ?? []).join('');
    expect(JSON.parse(json)).toEqual({ file_path: '/a', content });
    expect(sent.at(-2).delta.stop_reason).toBe('tool_use');
  });

  it('answers the same in one body when no stream is asked for', async () => {
    const response = await post('/v1/messages', ask('stand-in: say hi\nstand-in: write /a b', false));
    expect(await response.json()).toMatchObject({
      type: 'message',
      model: 'stand-in',
      content: [
        { type: 'text', text: 'hi' },
        { type: 'tool_use', name: 'Write', input: { file_path: '/a', content: 'b' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    });
  });

  it.each([true, false])('fails as asked (stream: %s)', async (stream) => {
    const response = await post('/v1/messages', ask('stand-in: error 429 retry-after 9', stream));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '9']);
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'rate_limit_error', message: 'The stand-in model was asked for error 429.' },
    });
  });

  it('fails once for a prompt that asks for it once', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await post('/v1/messages', ask('stand-in: error 529 once', true))).status);
    }
    expect(statuses).toEqual([529, 200, 529]);
  });

  it('fails in the middle of a stream after it has said something', async () => {
    const response = await post('/v1/messages', ask('stand-in: say a\nstand-in: error 529', true));
    expect(response.status).toBe(200);
    expect(events(await response.text()).at(-1)).toMatchObject({ error: { type: 'overloaded_error' } });
    const whole = await post('/v1/messages', ask('stand-in: say a\nstand-in: error 529', false));
    expect(whole.status).toBe(529);
  });

  it('waits before it answers', async () => {
    const startedMs = performance.now();
    await post('/v1/messages', ask('stand-in: delay 200ms', true));
    expect(performance.now() - startedMs).toBeGreaterThan(195);
  });

  it('falls silent after what it said, until the client leaves', async () => {
    const leave = new AbortController();
    const response = await post('/v1/messages', ask('stand-in: say a\nstand-in: stall', true), leave.signal);
    const decoder = new TextDecoder();
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        // All that was to be said has come; a stall says no more.
        if (text.includes('content_block_stop')) leave.abort();
      }
    })();
    await expect(reading).rejects.toThrow('abort');
    expect(text).not.toContain('message_stop');
  });

  it('says nothing at all, not even that it has begun', async () => {
    const leave = new AbortController();
    const answer = post('/v1/messages', ask('stand-in: silence', true), leave.signal);
    setTimeout(() => leave.abort(), 100);
    await expect(answer).rejects.toThrow('abort');
  });

  it.each([true, false])(
    'takes its time from word to word where it is asked to (stream: %s)',
    async (stream) => {
      const startedMs = performance.now();
      const response = await post('/v1/messages', ask('stand-in: pace 50ms\nstand-in: say a b c d', stream));
      await response.text();
      expect(performance.now() - startedMs).toBeGreaterThan(195);
    },
  );

  it.each([true, false])('stops for the reason that it is asked for (stream: %s)', async (stream) => {
    const response = await post('/v1/messages', ask('stand-in: say a\nstand-in: stop refusal', stream));
    const text = await response.text();
    expect(text).toContain('"stop_reason":"refusal"');
    expect(text).toContain('"text":"a"');
  });

  it.each([true, false])('says that it used what it is asked to say (stream: %s)', async (stream) => {
    const prompt = 'stand-in: usage input=1000 output=20 cache-read=3 cache-write=4\nstand-in: say a';
    const text = await (await post('/v1/messages', ask(prompt, stream))).text();
    const reading = stream
      ? { ...events(text)[0].message.usage, ...events(text).at(-2).usage }
      : JSON.parse(text).usage;
    expect(reading).toEqual({
      input_tokens: 1000,
      output_tokens: 20,
      cache_read_input_tokens: 3,
      cache_creation_input_tokens: 4,
    });
  });

  it('names the model that was asked for', async () => {
    const response = await post('/v1/messages', { ...ask('stand-in: model', false), model: 'claude-x' });
    const { content } = (await response.json()) as { content: { text: string }[] };
    expect(content[0]?.text).toBe('The model that was asked for is claude-x.');
  });

  it('breaks the connection after what it said', async () => {
    const response = await post('/v1/messages', ask('stand-in: say a\nstand-in: cut', true));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await expect(post('/v1/messages', ask('stand-in: cut', false))).rejects.toThrow();
  });
});

describe('other requests', () => {
  it('counts tokens', async () => {
    const response = await post('/v1/messages/count_tokens?beta=true', ask('x'.repeat(400), false));
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it('answers the greeting that opens a connection', async () => {
    expect((await fetch(new URL('/api/hello', standIn.url), { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['not JSON', '{"model":'],
    ['no messages', { model: 'm', messages: [] }],
    ['a message without content', { model: 'm', messages: [{ role: 'user' }] }],
  ])('refuses %s with 400', async (_, body) => {
    const response = await post('/v1/messages', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  it('does not know other paths', async () => {
    expect((await post('/v1/complete', {})).status).toBe(404);
    expect((await fetch(new URL('/v1/messages', standIn.url))).status).toBe(404);
  });
});
