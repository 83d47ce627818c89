import { expect, test } from 'vitest';
import type { TreeEntry } from '../copy/listing.ts';
import { correctionLines } from './tree.ts';

const GONE = '0'.repeat(40);
const entry = (path: string): TreeEntry => ({
  mode: '100644',
  objectId: 'a'.repeat(40),
  bytes: 1,
  path: Buffer.from(path),
});
const paths = (...names: string[]) => names.map((name) => Buffer.from(name));

function lines(parts: Partial<Parameters<typeof correctionLines>[0]>): string[] {
  const all = { base: [], quarantined: [], present: [], absent: [], untouched: [], ...parts };
  const text = correctionLines(all).toString();
  return text
    .split('\0')
    .slice(0, -1)
    .map((line) => line.replace(`0 ${GONE}\t`, '- ').replace(/^100644 a+\t/, '+ '));
}

test('what is gone goes, unless something took its place', () => {
  expect(lines({ absent: paths('a', 'b', 'c/d'), present: paths('b', 'c') })).toEqual(['- a', '- c/d']);
});

test('what was left out comes back, unless the run put something in its place', () => {
  const quarantined = ['CLAUDE.md', '.claude/settings.json', 'x/.claude/a', 'y/.mcp.json'].map(entry);
  expect(lines({ quarantined })).toEqual([
    '+ CLAUDE.md',
    '+ .claude/settings.json',
    '+ x/.claude/a',
    '+ y/.mcp.json',
  ]);
  expect(
    lines({ quarantined, present: paths('CLAUDE.md', '.claude', 'x/.claude/a/deeper', 'y/.mcp.jsonx') }),
  ).toEqual(['+ y/.mcp.json']);
});

test('the caller’s own files are as in the commit where the run left them', () => {
  expect(lines({ base: [entry('a'), entry('b')], untouched: ['a', 'new'] })).toEqual(['+ a', '- new']);
});
