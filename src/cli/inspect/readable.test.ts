import { expect, test } from 'vitest';
import { readableInspection } from './readable.ts';

const reason = (position: number, end: number) => ({
  ...({ rule: 'own', reasonClass: 'other', by: 'rule', weight: 0.5, disguises: [] } as const),
  ...{ position, end },
});
const readable = (content: string, position: number, end: number) =>
  readableInspection(content, { decision: 'flag', score: 0.5, reasons: [reason(position, end)] });

test('what is found is marked, with its place and what stands around it', () => {
  expect(readable('one\ntwo three\nfour', 8, 13)).toBe(
    'flag  score 0.500\n  2:5  own (other, rule 0.50)  one two «three» four\n',
  );
});

test('of what is long both ends are shown', () => {
  const line = readable(`${'a'.repeat(500)}${'b'.repeat(500)}`, 0, 1_000);
  expect(line).toContain(`«${'a'.repeat(60)}…${'b'.repeat(60)}»`);
});

test('what would do something to a terminal is written out', () => {
  expect(readable('\u001b[2J\u202eabc', 0, 8)).toContain('«<U+001B>[2J<U+202E>abc»');
});

test('a text that is allowed has its score alone', () => {
  expect(readableInspection('hi', { decision: 'allow', score: 0.001, reasons: [] })).toBe(
    'allow  score 0.001\n',
  );
});
