import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../rules/compile.ts';
import { type DescriptorEntry, matchRule } from '../rules/match.ts';
import { parseRules } from '../rules/parse.ts';
import type { RuleLevel } from '../rules/rule.ts';
import { traceMatch } from './trace-match.ts';

function treeOf(text: string): RuleLevel {
  const { domain, problems } = parseRules('rules.yaml', text);
  const compiled = compileRules(domain ? [domain] : []);
  expect([...problems, ...compiled.problems]).toEqual([]);
  return compiled.rules.get('d')?.tree as RuleLevel;
}

const entries = (...pairs: [string, string][]): DescriptorEntry[] =>
  pairs.map(([key, value]) => ({ key, value }));

const TREE = treeOf(`
domain: d
descriptors:
  - key: path
    value: /a
    rate_limit: { name: exact, unit: day, requests_per_unit: 1 }
  - key: path
    value: /a*
    rate_limit: { name: prefix, unit: day, requests_per_unit: 1 }
  - key: path
    value: /ab*
    rate_limit: { name: longer, unit: day, requests_per_unit: 1 }
  - key: path
    rate_limit: { name: any, unit: day, requests_per_unit: 1 }
    descriptors:
      - { key: client, rate_limit: { name: deep, unit: day, requests_per_unit: 1 } }
`);

describe('the trace of a match', () => {
  it('tells what was taken and why nothing else was', () => {
    const { levels, outcome } = traceMatch(TREE, entries(['path', '/abc']));
    expect(levels).toEqual([
      {
        entry: { key: 'path', value: '/abc' },
        candidates: [
          { key: 'path', value: '/a', verdict: 'other_value' },
          { key: 'path', value: '/a*', verdict: 'taken' },
          { key: 'path', value: '/ab*', verdict: 'comes_later' },
          { key: 'path', verdict: 'comes_later' },
        ],
        otherKeys: [],
      },
    ]);
    expect(outcome).toMatchObject({ kind: 'matched', match: { rule: { name: 'prefix' } } });
  });

  it('tells which keys there are where there is none of that name', () => {
    const { levels, outcome } = traceMatch(TREE, entries(['paths', '/a']));
    expect(levels).toMatchObject([{ candidates: [], otherKeys: ['path'] }]);
    expect(outcome).toEqual({ kind: 'no_candidate' });
  });

  it('tells that a branch that was taken is not left again', () => {
    const { levels, outcome } = traceMatch(TREE, entries(['path', '/a'], ['client', 'x']));
    expect(levels[1]).toEqual({ entry: { key: 'client', value: 'x' }, candidates: [], otherKeys: [] });
    expect(outcome).toEqual({ kind: 'no_candidate' });
  });

  it('tells how the path would go on where it has no limit yet', () => {
    const tree = treeOf(
      'domain: d\ndescriptors: [{key: a, descriptors: [{key: b, rate_limit: {unit: day, requests_per_unit: 1}}]}]\n',
    );
    expect(traceMatch(tree, entries(['a', '1'])).outcome).toEqual({ kind: 'no_rule_here', below: ['b'] });
  });

  it('shows only some of many values', () => {
    const values = Array.from(
      { length: 50 },
      (_, at) => `  - {key: a, value: v${at}, rate_limit: {unit: day, requests_per_unit: 1}}`,
    );
    const tree = treeOf(`domain: d\ndescriptors:\n${values.join('\n')}\n`);
    const { levels } = traceMatch(tree, entries(['a', 'v49']));
    expect(levels[0]?.candidates).toHaveLength(9);
    expect(levels[0]?.candidates[0]).toEqual({ key: 'a', value: 'v49', verdict: 'taken' });
  });

  it('comes to the same rule as the match itself, for any tree and descriptor', () => {
    const key = fc.constantFrom('a', 'b');
    const value = fc.constantFrom('x', 'xy', 'x*', '*', '*y', 'z');
    const descriptor = fc.letrec((tie) => ({
      level: fc.array(
        fc.record({
          key,
          value: fc.option(value, { nil: undefined }),
          limited: fc.boolean(),
          descriptors: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant([]), tie('level')),
        }),
        { maxLength: 4 },
      ),
    })).level;
    const asked = fc.array(fc.record({ key, value: fc.constantFrom('x', 'xy', 'y', 'x*', 'q') }), {
      maxLength: 4,
    });
    let at = 0;
    // biome-ignore lint/suspicious/noExplicitAny: what letrec gives has no type.
    const written = (level: any): unknown[] => {
      const seen = new Set<string>();
      return level.flatMap(
        (each: { key: string; value?: string; limited: boolean; descriptors: unknown }) => {
          const twin = `${each.key} ${each.value}`;
          if (seen.has(twin)) return [];
          seen.add(twin);
          at += 1;
          const rateLimit = { rate_limit: { name: `rule-${at}`, unit: 'day', requests_per_unit: 1 } };
          const below = { descriptors: written(each.descriptors) };
          return [{ key: each.key, value: each.value, ...(each.limited && rateLimit), ...below }];
        },
      );
    };
    fc.assert(
      fc.property(descriptor, asked, (level, request) => {
        const tree = treeOf(JSON.stringify({ domain: 'd', descriptors: written(level) }));
        const { outcome } = traceMatch(tree, request);
        const traced = outcome.kind === 'matched' ? outcome.match.rule : undefined;
        expect(traced).toBe(matchRule(tree, request)?.rule);
      }),
    );
  });
});
