import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTimeMs } from '../../test/support/cpu-time.ts';
import { readUrlPath } from './spelling.ts';

describe('a path is read', () => {
  test.each([
    ['/', [''], []],
    ['/claude/invoke', ['claude', 'invoke'], ['claude', 'invoke']],
    ['/claude/invoke?a=%2f&b=//..#c', ['claude', 'invoke'], ['claude', 'invoke']],
    ['/claude/invoke/', ['claude', 'invoke', ''], ['claude', 'invoke']],
    ['/%63l%61ude/%7Ea', ['claude', '~a'], ['claude', '~a']],
    ['/Claude/INVOKE', ['Claude', 'INVOKE'], ['claude', 'invoke']],
    ['/a;x=1;y/b', ['a;x=1;y', 'b'], ['a', 'b']],
    ['/a%3Bx', ['a%3Bx'], ['a']],
    ['/a%3fb', ['a%3fb'], ['a']],
    ['/a%23b', ['a%23b'], ['a']],
    ['/a%3f/b/c', ['a%3f', 'b', 'c'], ['a']],
    ['/a.', ['a.'], ['a']],
    ['/a%20.', ['a%20.'], ['a']],
    ['/%C3%BC', ['%C3%BC'], ['ü']],
    ['/adm%C4%B1n', ['adm%C4%B1n'], ['admin']],
    ['/%EF%BD%81dmin', ['%EF%BD%81dmin'], ['admin']],
    ['/100%25', ['100%25'], ['100%']],
    ['/a.b', ['a.b'], ['a.b']],
    ['/*', ['*'], ['*']],
  ])('%s', (target, segments, folded) => {
    expect(readUrlPath(target)).toEqual({ ok: true, path: { segments, folded } });
  });
});

describe('a path is refused', () => {
  test.each([
    ['', 'does not start with a slash'],
    ['*', 'does not start with a slash'],
    ['claude/invoke', 'does not start with a slash'],
    ['http://gatehouse/claude/invoke', 'does not start with a slash'],
    ['/claude//invoke', 'two slashes'],
    ['//claude/invoke', 'two slashes'],
    ['/claude/./invoke', 'dots'],
    ['/claude/status/../invoke', 'dots'],
    ['/claude/status/%2e%2E/invoke', 'dots'],
    ['/claude/status/.%2e/invoke', 'dots'],
    ['/claude/..;/invoke', 'dots'],
    ['/claude/..;x=1/invoke', 'dots'],
    ['/claude/;x=1/invoke', 'dots'],
    ['/claude/..%20/invoke', 'dots'],
    ['/claude/%2e%2e%3b/invoke', 'dots'],
    ['/claude%2finvoke', 'encoded slash'],
    ['/claude%2Finvoke', 'encoded slash'],
    ['/claude%5cinvoke', 'encoded slash, backslash'],
    ['/claude%EF%BC%8Finvoke', 'encoded slash'],
    ['/claude\\invoke', 'backslash'],
    ['/claude/invoke%00', 'control character'],
    ['/claude/invoke%0a', 'control character'],
    ['/claude/invoke%7f', 'control character'],
    ['/claude/invoke\u0000', 'must be percent-encoded'],
    ['/claude/in voke', 'must be percent-encoded'],
    ['/claude/ü', 'must be percent-encoded'],
    ['/claude/invoke#x', 'must be percent-encoded'],
    ['/claude/invoke#?a', 'fragment'],
    ['/claude%252finvoke', 'encoded twice'],
    ['/claude/%2561', 'encoded twice'],
    ['/claude/%', 'two hex digits'],
    ['/claude/%2', 'two hex digits'],
    ['/claude/%u002f', 'two hex digits'],
    ['/claude/%c0%af', 'not UTF-8'],
    ['/claude/%ff', 'not UTF-8'],
    ['/claude/%ed%a0%80', 'not UTF-8'],
  ])('%j', (target, problem) => {
    expect(readUrlPath(target)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});

test('any text is answered, never thrown at, and a path that is read has no segment that could be lost', () => {
  const unit = fc.constantFrom(
    '/',
    '.',
    '%2e',
    '%2F',
    ';',
    'a',
    'B',
    '%41',
    '\\',
    '%',
    '0',
    '?',
    '#',
    '%c3',
    'ü',
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
      const reading = readUrlPath(`/${units.join('')}`);
      if (!reading.ok) return;
      const { segments, folded } = reading.path;
      expect(folded).not.toContain('');
      const cut = segments.findIndex((segment) => /[?#]/.test(decodeURIComponent(segment)));
      const end = segments.at(-1) === '' ? segments.length - 1 : segments.length;
      expect(folded.length).toBe(cut < 0 ? end : cut + 1);
      for (const name of folded) expect(name).not.toMatch(/[/\\;]|^\.+$/);
    }),
    { numRuns: 3_000 },
  );
});

test('paths that are made to be slow take linear time', () => {
  const units = ['.', ' .', '%20', ';', '%2e', '/a', '%EF%B7%BA', 'A', 'a.', '%25'];
  for (const unit of units) {
    const target = `/${unit.repeat(60_000 / unit.length)}x`;
    expect(
      cpuTimeMs(() => readUrlPath(target)),
      unit,
    ).toBeLessThan(500);
  }
});
