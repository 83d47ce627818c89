import { expect, test } from 'vitest';
import { isInstructions, isQuarantined } from './quarantine.ts';

test.each([
  ...[
    '.claude/settings.json',
    '.claude',
    'a/b/.claude/skills/x/SKILL.md',
    '.CLAUDE/hooks.json',
    '.mcp.json',
    'a/.mcp.json',
  ],
  ...['.claude/CLAUDE.md', 'a/.claude/CLAUDE.md'],
])('%s never gets into a copy', (path) => {
  expect(isQuarantined(path, 'ignore')).toBe(true);
  expect(isQuarantined(path, 'allow')).toBe(true);
  expect(isInstructions(path)).toBe(false);
});

test.each(['CLAUDE.md', 'CLAUDE.local.md', 'a/b/CLAUDE.md', 'claude.md', 'a/Claude.Local.md'])(
  '%s gets into a copy where instructions are allowed',
  (path) => {
    expect(isQuarantined(path, 'ignore')).toBe(true);
    expect(isQuarantined(path, 'allow')).toBe(false);
    expect(isInstructions(path)).toBe(true);
  },
);

test.each([
  'README.md',
  'claude/settings.json',
  '.claudeignore',
  'CLAUDE.md.txt',
  'CLAUDE.md/x',
  'mcp.json',
  'a.claude/x',
])('%s is an ordinary file', (path) => {
  expect(isQuarantined(path, 'ignore')).toBe(false);
  expect(isInstructions(path)).toBe(false);
});
