import { afterEach, expect, test } from 'vitest';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { type ScriptedAnswer, type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';

let model: ScriptedModel;
let pool: TestPool;
afterEach(async () => {
  await pool.close();
  await model.close();
});

async function open(answers: ScriptedAnswer[], set: string[] = []): Promise<void> {
  model = await startScriptedModel(answers);
  pool = await openTestPool({
    set: [`model.baseUrl=${model.url}`, 'model.provider=anthropic', ...set],
    env: { ANTHROPIC_API_KEY: 'sk-test' },
  });
}

const output_schema = {
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
  additionalProperties: false,
};
const answer = (input: Record<string, unknown>): ScriptedAnswer => ({ tool: 'StructuredOutput', input });

test('an answer in the form that the schema asks for is the result’s structured', async () => {
  await open([answer({ n: 42 })]);
  const { outcome } = await pool.run({ prompt: 'how many?', output_schema });
  expect(outcome).toMatchObject({ kind: 'completed', structured: { n: 42 }, text: '{"n":42}' });
});

test('an answer that does not meet the schema is asked for again', async () => {
  await open([answer({ n: 'many' }), answer({ n: 42 })]);
  const { outcome } = await pool.run({ prompt: 'how many?', output_schema });
  expect(outcome).toMatchObject({ kind: 'completed', structured: { n: 42 } });
});

test('a model that ignores the schema fails the attempt', async () => {
  await open([{ text: 'I would rather not.' }]);
  const { outcome } = await pool.run({ prompt: 'how many?', output_schema });
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: {
      code: 'invalid_output',
      message: 'The model did not answer in the form that output_schema asks for.',
    },
    retryable: true,
  });
});

test('a process that was opened for one schema runs no job with another, or without', async () => {
  const one = answer({ n: 1 });
  await open([one, one, one, { text: 'done' }], ['pool.workers=1', 'pool.warm.max=1']);
  await pool.run({ prompt: 'how many?', output_schema });
  await pool.run({ prompt: 'how many?', output_schema });
  expect(pool.pool.stats().jobs.reused).toBe(1);
  await pool.run({ prompt: 'how many?', output_schema: { ...output_schema, title: 'other' } });
  await pool.run({ prompt: 'how many?' });
  expect(pool.pool.stats().jobs.reused).toBe(1);
  expect(model.requests.at(-1)).not.toContain('StructuredOutput');
});
