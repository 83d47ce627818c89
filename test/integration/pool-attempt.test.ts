import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type TestPool, textOf } from '../support/pool.ts';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';

let pool: TestPool;
beforeAll(async () => {
  pool = await openTestPool();
});
afterAll(() => pool.close());

test('a prompt is answered with text, usage, cost and the name of the model', async () => {
  const { outcome, events } = await pool.run({ prompt: 'stand-in: say hello there' });
  expect(outcome).toEqual({
    kind: 'completed',
    text: 'hello there',
    model: 'stand-in',
    usage: expect.objectContaining({ input_tokens: expect.any(Number), output_tokens: expect.any(Number) }),
    costUsd: expect.any(Number),
  });
  if (outcome.kind !== 'completed') return;
  expect(outcome.usage.input_tokens).toBeGreaterThan(0);
  expect(outcome.usage.output_tokens).toBeGreaterThan(0);
  expect(outcome.costUsd).toBeGreaterThan(0);
  expect(textOf(events)).toBe('hello there');
  expect(events).toContainEqual({
    type: 'usage',
    ...outcome.usage,
    costUsd: outcome.costUsd,
    providerRequestId: expect.stringMatching(/^req_/),
  });
});

test('text is reported while the model still writes', async () => {
  const seen: string[] = [];
  const { outcome } = await pool.run(
    { prompt: 'stand-in: say first\nstand-in: stall' },
    { timeoutMs: 5_000, onEvent: (event) => void (event.type === 'text' && seen.push(event.text)) },
  );
  expect(seen.join('')).toBe('first');
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'timed_out' } });
});

test('everything is reported before the outcome, also where the store is slow', async () => {
  let finished = 0;
  const { outcome, events } = await pool.run(
    { prompt: 'stand-in: say a slow story' },
    {
      onEvent: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        finished += 1;
      },
    },
  );
  expect(outcome.kind).toBe('completed');
  expect(finished).toBe(events.length);
});

test('a refused report ends the attempt with its reason', async () => {
  const refused = pool.run(
    { prompt: 'stand-in: say x\nstand-in: stall' },
    {
      onEvent: () => {
        throw new Error('superseded');
      },
    },
  );
  await expect(refused).rejects.toThrow('superseded');
});

describe('a provider that fails', () => {
  test('with 529 fails the attempt as overloaded, with what the provider said', async () => {
    const { outcome } = await pool.run({ prompt: 'stand-in: error 529 retry-after 1' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'provider_overloaded', message: 'The stand-in model was asked for error 529.' },
      retryable: true,
      retryAfterMs: 1000,
      model: 'stand-in',
    });
  });

  test('with 401 fails the attempt for good', async () => {
    const { outcome } = await pool.run({ prompt: 'stand-in: error 401' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'provider_auth', message: 'The stand-in model was asked for error 401.' },
      retryable: false,
    });
  });

  test('with 400 fails the attempt for good', async () => {
    const { outcome } = await pool.run({ prompt: 'stand-in: error 400' });
    expect(outcome).toMatchObject({ error: { code: 'provider_error' }, retryable: false });
  });

  test.each([
    ['refusal', 'model_refused'],
    ['max_tokens', 'max_tokens'],
  ])('or a model that stops because of %s fails the attempt for good as %s', async (reason, code) => {
    const { outcome } = await pool.run({ prompt: `stand-in: stop ${reason}` });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code }, retryable: false });
  });

  test('once is asked again by the CLI itself', async () => {
    const { outcome } = await pool.run({ prompt: 'stand-in: error 500 once\nstand-in: say after all' });
    expect(outcome).toMatchObject({ kind: 'completed', text: 'after all' });
  });
});

test('an attempt whose time is up fails as timed out and says after how long', async () => {
  const { outcome } = await pool.run({ prompt: 'stand-in: stall' }, { timeoutMs: 2_000 });
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'timed_out', message: 'The job was not done after 2 s.' },
    retryable: false,
  });
});

test('a canceled attempt ends as canceled', async () => {
  const cancel = new AbortController();
  const { outcome } = await pool.run(
    { prompt: 'stand-in: say x\nstand-in: stall' },
    { signal: cancel.signal, onEvent: () => cancel.abort() },
  );
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'canceled' } });
});

test('an attempt that is canceled before it begins starts nothing', async () => {
  const { outcome, events } = await pool.run({ prompt: 'stand-in: say x' }, { signal: AbortSignal.abort() });
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'canceled' } });
  expect(events).toEqual([]);
});

test('without the CLI the attempt says how to install it', async () => {
  const bare = await openTestPool({ set: ['pool.claudePath=/nowhere/claude'] });
  try {
    const { outcome } = await bare.run({ prompt: 'x' });
    expect(outcome).toEqual({
      kind: 'failed',
      error: { code: 'cli_missing', message: missingTool('claude', '/nowhere/claude') },
      retryable: false,
    });
  } finally {
    await bare.close();
  }
});

describe('what reaches the model', () => {
  let model: ScriptedModel;
  let scripted: TestPool;
  beforeAll(async () => {
    model = await startScriptedModel([{ text: 'answered' }]);
    scripted = await openTestPool({
      set: [`model.baseUrl=${model.url}`, 'model.provider=anthropic'],
      env: { ANTHROPIC_API_KEY: 'sk-test' },
    });
  });
  afterAll(async () => {
    await scripted.close();
    await model.close();
  });

  test.each(['/clear', '/compact now', '/doctor', '/nosuch thing', '!ls', '#remember'])(
    'the prompt %s is plain text for the model',
    async (prompt) => {
      const { outcome } = await scripted.run({ prompt });
      expect(outcome).toMatchObject({ kind: 'completed', text: 'answered' });
      expect(model.requests.at(-1)).toContain(JSON.stringify(prompt));
    },
  );

  test('a prompt that mentions a file does not have the CLI read it', async () => {
    await scripted.run({ prompt: 'summarise @/etc/hosts please' });
    expect(model.requests.at(-1)).toContain('summarise @/etc/hosts please');
    expect(model.requests.at(-1)).not.toContain('localhost worker');
  });

  test('the system prompt and the context are added to the system prompt', async () => {
    await scripted.run({
      prompt: 'hi',
      system: 'Answer in the voice of a lighthouse keeper.',
      context: { repository: 'acme/lamp', branch: 'main' },
    });
    const { system } = JSON.parse(model.requests.at(-1) ?? '') as { system: { text: string }[] };
    const text = system.map((part) => part.text).join('\n');
    expect(text).toContain('Answer in the voice of a lighthouse keeper.');
    expect(text).toContain('"repository": "acme/lamp"');
  });

  test('max_tokens bounds the answer and model chooses the model', async () => {
    const { outcome } = await scripted.run({ prompt: 'hi', max_tokens: 321, model: 'haiku' });
    const request = JSON.parse(model.requests.at(-1) ?? '') as { max_tokens: number; model: string };
    expect(request.max_tokens).toBe(321);
    expect(request.model).toContain('haiku');
    expect(outcome).toMatchObject({ model: request.model });
  });
});

test('too many turns fail the attempt', async (context) => {
  if (findTool('bwrap') === undefined) context.skip(missingTool('bwrap'));
  const { outcome } = await pool.run({
    prompt: 'stand-in: bash true\nstand-in: bash true\nstand-in: bash true',
    max_turns: 2,
  });
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'max_turns', message: 'The run was not done after 2 turns.' },
    retryable: false,
  });
});
