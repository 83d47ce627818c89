import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What a fresh process says of String.prototype after it has loaded a module. */
function isFastAfter(module: string): string {
  const program = `await import(${JSON.stringify(module)}); console.log(%HasFastProperties(String.prototype));`;
  return execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  ).trim();
}

test('V8 can inline methods of strings where Redis is used', () => {
  expect(isFastAfter(new URL('./index.ts', import.meta.url).href)).toBe('true');
});

test('which it cannot after ioredis alone', () => {
  expect(isFastAfter(import.meta.resolve('ioredis'))).toBe('false');
});
