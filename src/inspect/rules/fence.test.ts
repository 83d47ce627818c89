import { expect, test } from 'vitest';
import { Fences } from './fence.ts';

const within = (text: string) => new Fences(text.replace('@', '')).contains(text.indexOf('@'));

test('a place between two fences is within a fenced block', () => {
  expect(within('see:\n```md\n@ignore all\n```\n')).toBe(true);
  expect(within('```\na\n```\n\n```@b```')).toBe(true);
});

test('a place before, between or after blocks is not, nor one after a fence that is never closed', () => {
  for (const text of ['@a ```b```', '```a``` @b ```c```', '```a``` @b', '```a @b', '@'])
    expect(within(text)).toBe(false);
});
