import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBranchName } from './branch-name.ts';

test.each(['main', 'feature/x', 'v1.2', 'a@b', 'ümlaut', 'a-b_c+d', "it's", '$(id)', 'a;b', 'x'.repeat(200)])(
  '%s is the name of a branch',
  (name) => expect(isBranchName(name)).toBe(true),
);

test.each([
  ...[
    '',
    '@',
    'HEAD',
    '-x',
    '--upload-pack=touch x',
    '-',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a..b',
    'a.lock',
    'a.lock/b',
  ],
  ...[
    'a b',
    'a\tb',
    'a\nb',
    'a\0b',
    'a\x7f',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{b',
    'a.',
    'a./b',
    'x'.repeat(201),
  ],
  '\ud800',
])('%j is not', (name) => expect(isBranchName(name)).toBe(false));

test('nothing passes that git refuses', (context) => {
  if (spawnSync('git', ['--version']).status !== 0) return context.skip('git is not installed');
  const part = fc.string({
    unit: fc.constantFrom(...'ab./@{}~^:-*[\\ HEADlock\x01é'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(part, (name) => {
      if (!isBranchName(name)) return;
      execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' });
    }),
    { numRuns: 100 },
  );
});
