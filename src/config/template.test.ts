import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTemplate, parseTemplate, type Template } from './template.ts';

function parsed(text: string): Template {
  const template = parseTemplate(text, 'prompt');
  if (typeof template === 'string') throw new Error(template);
  return template;
}

test('what is put into the places stands between the text', () => {
  const template = parsed('Of {{context.repository}} ({{ context.branch }}):\n{{prompt}}\n{} } { }}');
  expect(fillTemplate(template, { prompt: 'Fix it.', 'context.repository': 'acme/shop' })).toBe(
    'Of acme/shop ():\nFix it.\n{} } { }}',
  );
});

test('braces around a place are text', () => {
  expect(fillTemplate(parsed('{{{prompt}}}'), { prompt: 'Fix it.' })).toBe('{Fix it.}');
});

test('a template of its place alone changes nothing', () => {
  expect(fillTemplate(parsed('{{prompt}}'), { prompt: 'Fix it.' })).toBe('Fix it.');
});

test('what is put in is never read as a template, whatever it looks like', () => {
  const dangerous = fc.oneof(
    fc.string(),
    fc.constantFrom('{{prompt}}', '{{context.repository}}', '$&', "$'", '{{', '}}'),
    fc.array(fc.constantFrom('{{', '}}', 'prompt', '$1', '{', ' ')).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(dangerous, dangerous, dangerous, (prompt, repository, branch) => {
      const template = parsed('a {{context.branch}} b {{prompt}} c {{context.repository}} d');
      const values = { prompt, 'context.repository': repository, 'context.branch': branch };
      expect(fillTemplate(template, values)).toBe(`a ${branch} b ${prompt} c ${repository} d`);
    }),
  );
});

test.each([
  [
    '{{promt}}',
    'expected only the places {{prompt}}, {{context.repository}}, {{context.branch}}, and not {{promt}}; did you mean "prompt"?',
  ],
  ['{{prompt}} {{system}}', 'and not {{system}}'],
  ['{{prompt}} {{context.ticket}}', 'and not {{context.ticket}}'],
  ['{{prompt}} {{}}', 'and not {{}}'],
  ['{{prompt}} {{__proto__}}', 'and not {{__proto__}}'],
  ['{{PROMPT}}', 'and not {{PROMPT}}'],
  ['no place', 'expected the place {{prompt}} once'],
  ['{{prompt}} {{prompt}}', 'expected the place {{prompt}} once'],
  ['{{prompt}} {{context.branch', 'expected a }} after each {{'],
  ['{{prompt', 'expected a }} after each {{'],
])('%s is refused', (text, problem) => {
  expect(parseTemplate(text, 'prompt')).toEqual(expect.stringContaining(problem));
});

test('a template of system has the place of system', () => {
  expect(parseTemplate('{{system}}', 'system')).toEqual([{ place: 'system' }]);
  expect(parseTemplate('{{prompt}}', 'system')).toEqual(expect.stringContaining('and not {{prompt}}'));
});
