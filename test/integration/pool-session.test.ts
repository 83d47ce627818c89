import { afterEach, beforeEach, expect, test } from 'vitest';
import { conversation } from '../support/conversation.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';

let model: ScriptedModel;
let pool: TestPool;
beforeEach(async () => {
  model = await startScriptedModel([{ text: 'answered' }]);
  pool = await openTestPool({
    set: [`model.baseUrl=${model.url}`, 'model.provider=anthropic', 'pool.warm.min=1', 'pool.warm.max=2'],
    env: { ANTHROPIC_API_KEY: 'sk-test' },
  });
});
afterEach(async () => {
  await pool.close();
  await model.close();
});

const lastRequest = () => model.requests.at(-1) ?? '';

test('the model sees the earlier turns of a conversation, and the system prompt of the latest', async () => {
  const session = conversation();
  await pool.run({ prompt: 'my number is 4711', system: 'Be a cook.' }, { session });
  await pool.run({ prompt: 'and my colour is teal' }, { session });
  const { outcome } = await pool.run({ prompt: 'what do you know?', system: 'Be a keeper.' }, { session });
  expect(outcome).toMatchObject({ kind: 'completed', text: 'answered' });
  for (const said of ['my number is 4711', 'and my colour is teal', 'what do you know?', 'Be a keeper.']) {
    expect(lastRequest()).toContain(said);
  }
  expect(lastRequest()).not.toContain('Be a cook.');
  expect(model.requests).toHaveLength(3);
});

test('a job outside the conversation sees nothing of it', async () => {
  const session = conversation();
  await pool.run({ prompt: 'my number is 4711' }, { session });
  await pool.run({ prompt: 'what is my number?' });
  expect(lastRequest()).not.toContain('4711');
});

test('a job that fails leaves the conversation as it was', async () => {
  const session = conversation();
  await pool.run({ prompt: 'my number is 4711' }, { session });
  const before = session.state;
  const { outcome } = await pool.run({ prompt: 'x', output_schema: { type: 'object' } }, { session });
  expect(outcome).toMatchObject({ error: { code: 'invalid_output' } });
  expect(session.state).toBe(before);
});

test('a conversation whose state cannot be read is unavailable', async () => {
  const { outcome } = await pool.run({ prompt: 'x' }, { session: conversation(Buffer.from('rubbish')) });
  expect(outcome).toEqual({
    kind: 'failed',
    error: { code: 'session_unavailable', message: 'What was said before in this session cannot be read.' },
    retryable: false,
  });
  expect(model.requests).toEqual([]);
});
