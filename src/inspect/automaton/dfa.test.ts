import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { foldAccents } from '../rules/fold.ts';
import { SHIPPED_RULES } from '../rules/shipped-rules.ts';
import { UnitBuffer } from '../text/unit-buffer.ts';
import { unlimitedWork, Work } from '../work.ts';
import { Alphabet } from './alphabet.ts';
import { Dfa, NO_MATCH, UNTOLD } from './dfa.ts';
import { Nfa } from './nfa.ts';

const FLAGS = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;

const units = new UnitBuffer();

function automataOf(pattern: string) {
  const nfa = new Nfa(RE2JS.compile(pattern, FLAGS));
  const alphabet = new Alphabet(nfa.sets);
  return { search: new Dfa(nfa, alphabet, false), anchored: new Dfa(nfa, alphabet, true) };
}

/** The longest of the matches that start first. */
function find(
  { search, anchored }: ReturnType<typeof automataOf>,
  text: string,
): [number, number] | undefined {
  units.write(text);
  const work = unlimitedWork();
  const end = search.firstEnd(units, 0, text.length, work);
  if (end === NO_MATCH) return undefined;
  for (let start = search.earliestStart; start <= end; start += 1) {
    const longest = anchored.longestEnd(units, start, text.length, work);
    if (longest !== NO_MATCH) return [start, longest];
  }
  throw new Error('a match has no start');
}

/** The same by the library that the pattern is compiled with. */
function findByLibrary(pattern: RE2JS, text: string): [number, number] | undefined {
  const matcher = pattern.matcher(foldAccents(text));
  return matcher.find() ? [matcher.start(), matcher.end()] : undefined;
}

describe('finds what RE2 finds', () => {
  test.each([
    ['a|ab(?:c|bcd)', 'xabbcd abc'],
    [String.raw`\bcat\b`, 'concat cat. cat'],
    [String.raw`\Bcat`, 'cat concat'],
    ['^a.c$', 'xabc\nabc\nabcd'],
    [String.raw`\Aabc`, 'xabc\nabc'],
    [String.raw`abc\z`, 'abc\nabc'],
    ['(?-i:DAN) mode', 'dan mode DAN MODE'],
    ['[^.]{2}x', '\u{1f600}\u{1f600}x'],
    ['a.b', 'a\u{1f600}b'],
    ['\u{1f525}+ignore', 'a \u{1f525}\u{1f525}ignore'],
    ['a.b', 'a\ud83db a\ude00b'],
    [String.raw`abc\b`, 'abc\u{1f600}'],
    ['\u5ffd\u7565.{0,3}\u6307', '\u8acb\u5ffd\u7565\u6240\u6709\u6307\u793a'],
    ['kelvin', '\u212aelvin'],
    ['stra\u00dfe', 'STRASSE STRA\u00dfE'],
    ['(?:ab){2,3}', 'ababababab'],
  ])('%s in %j', (pattern, text) => {
    const source = foldAccents(pattern);
    const expected = findByLibrary(RE2JS.compile(source, FLAGS | RE2JS.LONGEST_MATCH), text);
    expect(find(automataOf(source), text)).toEqual(expected);
  });

  test.each(SHIPPED_RULES.default.map(({ name, pattern }) => [name, pattern] as const))(
    'by the rule %s',
    (_, pattern) => {
      const source = foldAccents(pattern);
      const automata = automataOf(source);
      const library = RE2JS.compile(source, FLAGS | RE2JS.LONGEST_MATCH);
      const words = [...new Set(pattern.match(/[\p{L}\p{M}]{2,}|[<|>[\]]+/gu) ?? [])];
      const piece = fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...words) },
        { weight: 5, arbitrary: fc.constantFrom(' ', ' ', ' ', '. ', '\n', ': ', '') },
        fc.string({ unit: 'binary', maxLength: 2 }),
        fc.constantFrom('https://', 'a@b.', '](https://x?', '{', 'DAN', 'İ', 'é', '\u{1f600}'),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
          const text = pieces.join('');
          expect(find(automata, text)).toEqual(findByLibrary(library, text));
        }),
        { numRuns: 60 },
      );
    },
  );

  test('of any pattern', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[^a]',
      '[ab]',
      String.raw`\b`,
      '^',
      '$',
      String.raw`\s`,
      String.raw`\w`,
      '\u00e9',
    );
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '*?'))
          .map(([a, b]) => `(?:${a})${b}`),
      ),
    }));
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', 'e', ' ', '\n', '\u{1f600}', '\u00e9', '_'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(pattern, fc.array(text, { maxLength: 4 }), (any, texts) => {
        const source = foldAccents(any);
        const automata = automataOf(source);
        const library = RE2JS.compile(source, FLAGS | RE2JS.LONGEST_MATCH);
        for (const one of texts) expect(find(automata, one)).toEqual(findByLibrary(library, one));
      }),
      { numRuns: 500 },
    );
  });
});

describe('of a pattern whose states multiply', () => {
  /** Each of 2 ** 12 sets of places is a state of its own. */
  const { search } = automataOf('x[xy]{12}z');
  let state = 1;
  const text = Array.from({ length: 5_000 }, () => {
    state = (Math.imul(state, 0x5851f42d) + 0x14057b7d) >>> 0;
    return state >>> 31 === 0 ? 'x' : 'y';
  }).join('');

  test('no more is found out than there is work for', () => {
    units.write(text);
    const work = new Work(20_000);
    expect(search.firstEnd(units, 0, text.length, work)).toBe(UNTOLD);
    expect(work.isExhausted).toBe(true);
    expect(work.left).toBeGreaterThan(-text.length);
  });

  test('a text takes the same work whatever was looked at before', () => {
    const left = () => {
      const work = new Work(10_000_000);
      units.write(text);
      expect(search.firstEnd(units, 0, text.length, work)).toBe(NO_MATCH);
      return work.left;
    };
    const first = left();
    expect(left()).toBe(first);
    expect(first).toBeGreaterThan(0);
  });
});
