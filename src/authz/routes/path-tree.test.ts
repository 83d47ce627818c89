import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPath, type PathPattern } from '../../url-path/index.ts';
import { compilePaths } from './path-tree.ts';

const segment = fc.constantFrom('a', 'b', 'c');
const pattern = fc.record({
  segments: fc.array(fc.oneof(segment, fc.constant('*')), { maxLength: 4 }),
  open: fc.boolean(),
});
const slashAtEnd = fc.boolean();
const path = fc
  .tuple(fc.array(segment, { maxLength: 5 }), slashAtEnd)
  .map(([segments, slash]) => (slash || segments.length === 0 ? [...segments, ''] : segments));

/** The more literals, the more segments, the fewer paths: what narrower means, in this order. */
const width = ({ segments, open }: PathPattern) => [
  -segments.filter((each) => each !== '*').length,
  -segments.length,
  Number(open),
];
const isNarrower = (a: number[], b: number[]) => {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
};

test('finds a pattern that matches, and no narrower one does', () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 8 }), path, (written, segments) => {
      const patterns = written.map((each): PathPattern => ({ ...each, text: '' }));
      const find = compilePaths(patterns.map((each) => ({ pattern: each, value: each })));
      const matching = patterns.filter((each) => matchesPath(each, segments));
      const found = find(segments);
      expect(matching.includes(found as PathPattern)).toBe(found !== undefined);
      const narrower = matching.filter(
        (each) => found === undefined || isNarrower(width(each), width(found)),
      );
      expect(narrower).toEqual([]);
    }),
    { numRuns: 5_000 },
  );
});
