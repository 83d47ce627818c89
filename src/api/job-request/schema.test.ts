import { expect, test } from 'vitest';
import { fieldErrors, summary } from '../invalid-fields.ts';
import { jobRequestSchema } from './schema.ts';

const schema = jobRequestSchema({
  maxPromptCharacters: 100,
  maxTimeoutS: 600,
  files: { maxFiles: 3, maxBytes: 10 },
  skills: ['pdf', 'release-notes'],
});
const problemsOf = (fields: object) => {
  const { error } = schema.safeParse({ prompt: 'hello', ...fields });
  return error === undefined ? undefined : summary(fieldErrors(error, schema));
};
const PATH_EXPECTED =
  'expected a relative path without empty parts, . and .., backslashes and control characters, ' +
  'of at most 512 bytes, 16 parts, and 255 bytes in a part';
const nested = (depth: number): object => (depth === 0 ? {} : { not: nested(depth - 1) });

test.each([
  { session: 'review-42' },
  { skills: [] },
  { skills: ['release-notes', 'pdf'] },
  { output_schema: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } },
  { output_schema: { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' } },
  { output_schema: { type: 'object', properties: { a: { $ref: '#' } } } },
  {
    output_schema: {
      type: 'object',
      $defs: { 'a/b~ c': {} },
      properties: { a: { $ref: '#/$defs/a~1b~0%20c' } },
    },
  },
  {
    output_schema: {
      type: 'object',
      $defs: { a: { $id: 'a', $defs: { b: {} }, properties: { b: { $ref: '#/$defs/b' } } } },
    },
  },
  { output_schema: { type: 'object', $defs: { a: { $anchor: 'x' } }, properties: { a: { $ref: '#x' } } } },
  { output_schema: { type: 'object', properties: { a: { pattern: '^\\p{L}+$' } } } },
  { output_schema: { type: 'object', $defs: { a: {} }, properties: { a: { $ref: '#/$defs/a' } } } },
  {
    files: [
      { path: 'a/b.txt', text: 'ü' },
      { path: 'a/c.bin', base64: 'AAE=' },
    ],
  },
  {
    files: [
      { path: 'empty', text: '' },
      { path: 'none', base64: '' },
    ],
  },
])('%j is taken', (fields) => {
  expect(problemsOf(fields)).toBeUndefined();
});

test.each([
  [{ session: '../x' }, 'session: expected letters, digits, dots, dashes and underscores'],
  [
    { skills: ['pdf', 'relase-notes'] },
    'skills.1: expected the name of a skill that is here; did you mean "release-notes"?',
  ],
  [{ skills: ['constructor'] }, 'skills.0: expected the name of a skill that is here'],
  [{ skills: ['x'.repeat(100)] }, 'skills.0: expected the name of a skill that is here'],
  [{ skills: ['pdf', 'pdf'] }, 'skills: expected each skill once'],
  [{ skills: Array(21).fill('pdf') }, 'skills: expected at most 20 skills'],
  [{ skills: 'pdf' }, 'skills: expected an array'],
  [{ skills: [1] }, 'skills.0: expected a string'],
  [{ session: '' }, 'session: expected letters, digits, dots, dashes and underscores'],
  [{ output_schema: [] }, 'output_schema: expected record'],
  [{ output_schema: { type: 'string' } }, 'output_schema: expected "type": "object" at its top'],
  [
    { output_schema: { type: 'object', properties: 7 } },
    'output_schema: expected JSON Schema: /properties must be object',
  ],
  [
    { output_schema: { type: 'object', $schema: 'http://example.test' } },
    'output_schema: expected $schema to be draft-07 or 2020-12',
  ],
  [
    { output_schema: { type: 'object', properties: { a: { $ref: 'http://example.test/x' } } } },
    'output_schema: expected each $ref to begin with #',
  ],
  [
    { output_schema: { type: 'object', properties: { a: { pattern: '(' } } } },
    'output_schema: expected JSON Schema: /properties/a/pattern must be what ECMA-262 calls a pattern, for the flag u',
  ],
  [
    { output_schema: { type: 'object', patternProperties: { '[': {} } } },
    'output_schema: expected JSON Schema: /patternProperties must be what ECMA-262 calls a pattern, for the flag u',
  ],
  [
    { output_schema: { type: 'object', properties: { a: { $ref: '#/$defs/nope' } } } },
    'output_schema: expected JSON Schema: /properties/a/$ref must lead to something that is there',
  ],
  [
    { output_schema: { type: 'object', description: 'x'.repeat(16_384) } },
    'output_schema: expected at most 16 KiB as JSON',
  ],
  [{ output_schema: { type: 'object', ...nested(21) } }, 'output_schema: expected at most 20 levels'],
  [{ files: [{ path: '../x', text: '' }] }, `files.0.path: ${PATH_EXPECTED}`],
  [{ files: [{ path: '/etc/passwd', text: '' }] }, `files.0.path: ${PATH_EXPECTED}`],
  [{ files: [{ path: 'x'.repeat(256), text: '' }] }, `files.0.path: ${PATH_EXPECTED}`],
  [{ files: [{ path: 'a' }] }, 'files.0: expected either text or base64'],
  [{ files: [{ path: 'a', text: '', base64: '' }] }, 'files.0: expected either text or base64'],
  [{ files: [{ path: 'a', base64: 'A' }] }, 'files.0.base64: expected base64 (RFC 4648, section 4)'],
  [
    {
      files: [
        { path: 'a', text: '' },
        { path: 'a', text: '' },
      ],
    },
    'files.1.path: expected each path once, and none below another',
  ],
  [
    {
      files: [
        { path: 'a/b', text: '' },
        { path: 'a', text: '' },
      ],
    },
    'files.0.path: expected each path once, and none below another',
  ],
  [
    {
      files: [
        { path: 'a', text: 'ä'.repeat(5) },
        { path: 'b', base64: 'AA==' },
      ],
    },
    'files: expected at most 10 bytes in all files together',
  ],
  [
    { files: Array.from({ length: 4 }, (_, n) => ({ path: `${n}`, text: '' })) },
    'files: expected at most 3 files',
  ],
])('%j is refused with what is expected', (fields, problem) => {
  expect(problemsOf(fields)).toBe(problem);
});
