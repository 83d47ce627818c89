import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileRules } from './compile.ts';
import { parseRules } from './parse.ts';

const FOLDER = new URL('./bad-files/', import.meta.url);
const SEEDS = [
  ...readdirSync(FOLDER)
    // Large on purpose, so slow to read a thousand times.
    .filter((name) => name !== 'aliases-that-unfold-to-millions.yaml')
    .map((name) => readFileSync(new URL(name, FOLDER), 'utf8')),
  readFileSync(new URL('../../../config/ratelimit/gatehouse.yaml', import.meta.url), 'utf8').slice(0, 3000),
];

/** Never throws; whatever is wrong has a place in the file, a path or none, and a reason. */
function holds(text: string): void {
  const { domain, problems, warnings } = parseRules('file.yaml', text);
  const compiled = domain === undefined ? [] : compileRules([domain]).problems;
  if (domain === undefined) expect(problems).not.toEqual([]);
  const lineCount = text.split(/\r\n|\r|\n/).length;
  for (const problem of [...problems, ...warnings, ...compiled]) {
    expect(problem).toMatchObject({ file: 'file.yaml', code: expect.stringMatching(/^[a-z_]+$/) });
    expect(problem.reason).not.toBe('');
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lineCount + 1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
  }
}

const piece = fc.constantFrom(
  ...['domain', 'gatehouse', 'descriptors', 'key', 'value', 'rate_limit', 'rate_limits', 'unit', 'window'],
  ...['requests_per_unit', 'unlimited', 'algorithm', 'quota', 'concurrency', 'period', 'lease', 'metadata'],
  ...['minute', '5m', '5', '-1', '1e9', 'true', '~', '*', '&a', '*a', '<<', '!!int', '!t', '|', '>', '%YAML'],
  ...[': ', '- ', '\n', '\n  ', '\n    ', '{', '}', '[', ']', ', ', "'", '"', '#', '? ', '---\n', '...\n'],
);

it('reads any text without throwing, and finds a place for every problem', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), holds), { numRuns: 500 });
});

it('reads any heap of its own words without throwing', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      holds,
    ),
    { numRuns: 1000 },
  );
});

it('reads a file with a few characters changed without throwing', () => {
  const change = fc.record({
    at: fc.nat(),
    cut: fc.nat(5),
    put: fc.oneof(piece, fc.string({ maxLength: 3 })),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...SEEDS),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (seed, changes) => {
        const text = changes.reduce((changed, { at, cut, put }) => {
          const from = at % (changed.length + 1);
          return changed.slice(0, from) + put + changed.slice(from + cut);
        }, seed);
        holds(text);
      },
    ),
    { numRuns: 1000 },
  );
});
