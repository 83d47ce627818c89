import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobRequest } from '../../jobs/index.ts';
import { interruptLine, startLines } from './input.ts';

interface Line {
  type: string;
  client_composed?: boolean;
  message?: { content: string };
  request?: { subtype: string; appendSystemPrompt?: string };
}

function start(request: JobRequest): Line[] {
  return startLines(request)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('any prompt is one line, as it is, marked as written by a program', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (prompt) => {
      const [, user, ...more] = start({ prompt });
      expect(user).toMatchObject({ type: 'user', client_composed: true, message: { content: prompt } });
      expect(more).toEqual([]);
    }),
  );
});

test('the system prompt comes first, then the context', () => {
  const [initialize] = start({ prompt: 'p', system: 'Be brief.', context: { branch: 'main' } });
  expect(initialize?.request).toEqual({
    subtype: 'initialize',
    appendSystemPrompt:
      'Be brief.\n\nContext of this request, as its sender gave it:\n{\n  "branch": "main"\n}',
  });
});

test('without system prompt and context nothing is added', () => {
  expect(start({ prompt: 'p' })[0]?.request).toEqual({ subtype: 'initialize' });
  expect(start({ prompt: 'p', context: {} })[0]?.request).toEqual({ subtype: 'initialize' });
});

test('an interrupt is one line', () => {
  expect(JSON.parse(interruptLine())).toMatchObject({ request: { subtype: 'interrupt' } });
  expect(interruptLine().endsWith('\n')).toBe(true);
});
