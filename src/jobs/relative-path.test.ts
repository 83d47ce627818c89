import { join, normalize } from 'node:path/posix';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRelativePath } from './relative-path.ts';

test.each(['report.pdf', 'a/b/c.txt', '.hidden', 'ü 😀.md', '...', 'a..b/c', 'x'.repeat(255)])(
  '%s names a file',
  (path) => {
    expect(isRelativePath(path)).toBe(true);
  },
);

test.each([
  ...['', '/etc/passwd', '../x', 'a/../../x', 'a/./b', 'a//b', 'a/', '.', '..'],
  ...[
    'a\\b',
    'a\u0000b',
    'a\nb',
    '\ud800',
    `${'x'.repeat(250)}/${'x'.repeat(250)}/${'x'.repeat(11)}`,
    'x'.repeat(256),
    'x/'.repeat(8).concat('ü'.repeat(128)),
    Array(17).fill('a').join('/'),
  ],
])('%j names none', (path) => {
  expect(isRelativePath(path)).toBe(false);
});

test('whatever names a file stays below the folder that it is joined to', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', 'a'), fc.string());
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const path = parts.join('/');
      if (!isRelativePath(path)) return;
      expect(normalize(join('/folder', path))).toBe(`/folder/${path}`);
    }),
  );
});
