import { expect, test } from 'vitest';
import { isSameOpening, openingOf, PLAIN_OPENING } from './opening.ts';

test('the system prompt comes first, then the context', () => {
  expect(openingOf({ prompt: 'p', system: 'Be brief.', context: { branch: 'main' } })).toEqual({
    appendSystemPrompt:
      'Be brief.\n\nContext of this request, as its sender gave it:\n{\n  "branch": "main"\n}',
  });
});

test('a prefix stands before the system prompt', () => {
  expect(openingOf({ prompt: 'p', system: 'Be brief.' }, 'Marker.')).toEqual({
    appendSystemPrompt: 'Marker.\n\nBe brief.',
  });
  expect(openingOf({ prompt: 'p' }, 'Marker.')).toEqual({ appendSystemPrompt: 'Marker.' });
});

test('without system prompt, context and schema it is plain', () => {
  expect(openingOf({ prompt: 'p' })).toEqual(PLAIN_OPENING);
  expect(openingOf({ prompt: 'p', context: {} })).toEqual(PLAIN_OPENING);
});

test('two are the same where the CLI would be told the same', () => {
  const opening = openingOf({ prompt: 'a', system: 's', output_schema: { type: 'object' } });
  expect(
    isSameOpening(opening, openingOf({ prompt: 'b', system: 's', output_schema: { type: 'object' } })),
  ).toBe(true);
  expect(isSameOpening(opening, openingOf({ prompt: 'a', system: 's' }))).toBe(false);
  expect(isSameOpening(opening, openingOf({ prompt: 'a', output_schema: { type: 'object' } }))).toBe(false);
  const withSkills = openingOf({ prompt: 'a', skills: ['pdf'] });
  expect(isSameOpening(withSkills, openingOf({ prompt: 'b', skills: ['pdf'] }))).toBe(true);
  expect(isSameOpening(withSkills, openingOf({ prompt: 'b', skills: [] }))).toBe(false);
});
