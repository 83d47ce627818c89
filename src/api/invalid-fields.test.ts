import { expect, test } from 'vitest';
import { fieldErrors, summary } from './invalid-fields.ts';
import { jobRequestSchema } from './job-request/schema.ts';

const schema = jobRequestSchema({
  maxPromptCharacters: 100,
  maxTimeoutS: 600,
  skills: [],
  files: { maxFiles: 3, maxBytes: 100 },
});

function errorsOf(body: unknown) {
  const { error } = schema.safeParse(body);
  if (error === undefined) throw new Error('It is valid');
  return fieldErrors(error, schema);
}

test.each([
  [undefined, '', 'expected a JSON object'],
  [[], '', 'expected a JSON object'],
  [{ prompt: 1 }, 'prompt', 'expected a string'],
  [{ prompt: '' }, 'prompt', 'expected at least 1 characters'],
  [{ prompt: 'x', modle: 'opus' }, 'modle', 'unknown field; did you mean model?'],
  [{ prompt: 'x', nothingLikeIt: 1 }, 'nothingLikeIt', 'unknown field'],
  [{ prompt: 'x', context: 'here' }, 'context', 'expected an object'],
  [{ prompt: 'x', context: { branch: 7 } }, 'context.branch', 'expected a string'],
  [{ prompt: 'x', context: { file: 'é'.repeat(32_768) } }, 'context', 'expected at most 64 KiB as JSON'],
  [{ prompt: 'x', system: 's'.repeat(101) }, 'system', 'expected at most 100 characters'],
  [{ prompt: 'x', model: '--verbose' }, 'model', 'expected the name of a model'],
  [{ prompt: 'x', max_turns: 'many' }, 'max_turns', 'expected a whole number from 1 to 1000'],
  [{ prompt: 'x', max_tokens: 1.5 }, 'max_tokens', 'expected a whole number from 1 to 1000000'],
  [{ prompt: 'x', timeout_s: 601 }, 'timeout_s', 'expected a whole number from 1 to 600'],
])('%j', (body, path, message) => {
  expect(errorsOf(body)).toEqual([{ path, message }]);
});

test('a name as long as the body is shown cut, and of many errors only the first', () => {
  const [long] = errorsOf({ prompt: 'x', ['y'.repeat(1_000_000)]: 1 });
  expect(long?.path).toHaveLength(64);
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`unknown-field-${index}`, 1]));
  expect(errorsOf({ prompt: 'x', ...many })).toHaveLength(20);
});

test('several errors make one sentence', () => {
  expect(summary(errorsOf({ prompt: 1, max_turns: 0 }))).toBe(
    'prompt: expected a string; max_turns: expected a whole number from 1 to 1000',
  );
});

test('other keys of the context are let through, up to 64 KiB of JSON in all', () => {
  const context = { file: 'f'.repeat(65_536 - '{"file":""}'.length) };
  expect(schema.safeParse({ prompt: 'x', context }).success).toBe(true);
  expect(schema.safeParse({ prompt: 'x', context: { ...context, x: 1 } }).success).toBe(false);
  expect(schema.safeParse({ prompt: 'x', context: { ticket: 7 } }).success).toBe(true);
});
