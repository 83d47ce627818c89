import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearLine, interruptLine, openingLine, pingLine, promptLine, settingsLine } from './input.ts';

interface Line {
  type: string;
  client_composed?: boolean;
  message?: { content: string };
  request?: { subtype: string; settings?: unknown };
}

function parse(lines: string): Line[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('any prompt is one line, as it is, marked as written by a program', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (prompt) => {
      const [user, ...more] = parse(promptLine(prompt));
      expect(user).toMatchObject({ type: 'user', client_composed: true, message: { content: prompt } });
      expect(more).toEqual([]);
    }),
  );
});

test('settings say the model and the length of answers, also that there is no limit any more', () => {
  const settings = (maxOutputTokens: number | undefined) =>
    parse(settingsLine({ model: 'sonnet', maxOutputTokens }))[0]?.request?.settings;
  expect(settings(99)).toEqual({ model: 'sonnet', env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '99' } });
  expect(settings(undefined)).toEqual({ model: 'sonnet', env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '' } });
});

test('an opening is one line', () => {
  expect(
    parse(openingLine({ appendSystemPrompt: 'two\nlines', jsonSchema: { type: 'object' } })),
  ).toMatchObject([
    {
      request: {
        subtype: 'initialize',
        appendSystemPrompt: 'two\nlines',
        jsonSchema: { type: 'object' },
        systemPromptSnapshot: false,
      },
    },
  ]);
});

test('to clear is the only command', () => {
  expect(parse(clearLine('id-1'))).toEqual([
    expect.objectContaining({ type: 'user', message: { role: 'user', content: '/clear' } }),
  ]);
  expect(clearLine('id-1')).not.toContain('client_composed');
});

test('an interrupt and a ping are one line each', () => {
  expect(parse(interruptLine())).toMatchObject([{ request: { subtype: 'interrupt' } }]);
  expect(parse(pingLine('id-1'))).toMatchObject([{ request_id: 'id-1' }]);
});
