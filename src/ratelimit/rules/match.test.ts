import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules } from './compile.ts';
import type { DescriptorSource, DomainSource } from './descriptor-source.ts';
import { type DescriptorEntry, matchRule } from './match.ts';
import { parseRules } from './parse.ts';
import type { Rule } from './rule.ts';

function ruleNameFor(yaml: string, ...entries: [key: string, value: string][]): string | undefined {
  const { domain, problems } = parseRules('rules.yaml', `domain: d\ndescriptors:\n${yaml}`);
  if (domain === undefined) throw new Error('the file has no domain');
  const compiled = compileRules([domain]);
  expect([...problems, ...compiled.problems]).toEqual([]);
  const tree = compiled.rules.get('d')?.tree;
  if (tree === undefined) throw new Error('the domain is missing');
  return matchRule(
    tree,
    entries.map(([key, value]) => ({ key, value })),
  )?.rule.name;
}

const limit = (name: string) => `rate_limit: {unit: day, requests_per_unit: 1, name: ${name}}`;

describe('a descriptor', () => {
  const choices = `
  - {key: path, ${limit('any')}}
  - {key: path, value: "/a*", ${limit('first-wildcard')}}
  - {key: path, value: "/ab*", ${limit('second-wildcard')}}
  - {key: path, value: /abc, ${limit('exact')}}
`;

  it('meets the exact value before any wildcard', () => {
    expect(ruleNameFor(choices, ['path', '/abc'])).toBe('exact');
  });

  it('meets the first fitting wildcard in file order', () => {
    expect(ruleNameFor(choices, ['path', '/abd'])).toBe('first-wildcard');
  });

  it('meets the key alone where no value fits', () => {
    expect(ruleNameFor(choices, ['path', '/b'])).toBe('any');
  });

  it('meets no rule by another key', () => {
    expect(ruleNameFor(choices, ['Path', '/abc'])).toBeUndefined();
  });

  const nested = `
  - key: a
    ${limit('upper')}
    descriptors:
      - {key: b, ${limit('lower')}}
  - key: a
    value: special
    descriptors:
      - {key: c, ${limit('special')}}
`;

  it('meets a rule only at the depth of its last entry', () => {
    expect(ruleNameFor(nested, ['a', '1'])).toBe('upper');
    expect(ruleNameFor(nested, ['a', '1'], ['b', '2'])).toBe('lower');
    expect(ruleNameFor(nested, ['a', '1'], ['b', '2'], ['c', '3'])).toBeUndefined();
    expect(ruleNameFor(nested, ['a', '1'], ['x', '2'])).toBeUndefined();
    expect(ruleNameFor(nested)).toBeUndefined();
  });

  it('does not go back to the key alone once its exact value was chosen', () => {
    expect(ruleNameFor(nested, ['a', 'special'], ['c', '1'])).toBe('special');
    expect(ruleNameFor(nested, ['a', 'special'], ['b', '1'])).toBeUndefined();
    expect(ruleNameFor(nested, ['a', 'special'])).toBeUndefined();
  });

  it('meets a wildcard with a star at any place, and with several', () => {
    const rules = `
  - {key: path, value: "/api/*/action", ${limit('middle')}}
  - {key: path, value: "/x/*/y/*/z", ${limit('two')}}
  - {key: path, value: "*.json", ${limit('end')}}
`;
    expect(ruleNameFor(rules, ['path', '/api/1/2/action'])).toBe('middle');
    expect(ruleNameFor(rules, ['path', '/api/action'])).toBeUndefined();
    expect(ruleNameFor(rules, ['path', '/x/1/y/2/z'])).toBe('two');
    expect(ruleNameFor(rules, ['path', '/x/1/z'])).toBeUndefined();
    expect(ruleNameFor(rules, ['path', 'a.json'])).toBe('end');
  });
});

/** The matching order as the documentation tells it, over the list as it was written: no maps, no patterns cut up. */
function naiveMatch(
  descriptors: readonly DescriptorSource[],
  entries: readonly DescriptorEntry[],
): string | undefined {
  const [entry, ...rest] = entries;
  if (entry === undefined) return undefined;
  const sameKey = descriptors.filter(({ key }) => key === entry.key);
  const chosen =
    sameKey.find(({ value }) => value === entry.value) ??
    sameKey.find(({ value }) => value?.includes('*') && asRegExp(value).test(entry.value)) ??
    sameKey.find(({ value }) => value === undefined);
  return rest.length === 0 ? chosen?.rule?.name : naiveMatch(chosen?.below ?? [], rest);
}

function asRegExp(value: string): RegExp {
  const literal = value.split('*').map((part) => part.replace(/[^a-z]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}

const key = fc.constantFrom('a', 'b', 'a_b');
const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.'), minLength: 1, maxLength: 4 });
const written = fc.option(
  fc.string({ unit: fc.constantFrom('a', 'b', '_', '.', '*'), minLength: 1, maxLength: 4 }),
  {
    nil: undefined,
  },
);

const place = { file: 'rules.yaml', line: 1, column: 1 };
const DOMAIN: Omit<DomainSource, 'descriptors'> = {
  place,
  name: 'd',
  denied: 'consume',
  slotBy: [],
  onStoreFailure: undefined,
};
const RULE: Omit<Rule, 'name'> = {
  place,
  label: '',
  limits: 'unlimited',
  denied: 'consume',
  slotBy: [],
  quotaMode: false,
  replaces: [],
  detailedMetric: false,
  metadata: undefined,
};
const { descriptors: descriptorLists } = fc.letrec<{ descriptors: DescriptorSource[] }>((tie) => ({
  descriptors: fc.uniqueArray(
    fc.record({
      place: fc.constant(place),
      path: fc.constant(''),
      key,
      value: written,
      rule: fc.option(
        fc.uuid().map((name) => ({ ...RULE, name })),
        { nil: undefined },
      ),
      shareThreshold: fc.constant(false),
      valueToMetric: fc.boolean(),
      below: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'level' },
        fc.constant<DescriptorSource[]>([]),
        tie('descriptors'),
      ),
    }),
    { selector: (descriptor) => JSON.stringify([descriptor.key, descriptor.value]), maxLength: 8 },
  ),
}));

describe('matching', () => {
  it('chooses what a plain reading of the matching order chooses, for any rules and descriptor', () => {
    let met = 0;
    fc.assert(
      fc.property(
        descriptorLists,
        fc.array(fc.array(fc.record({ key, value: text }), { minLength: 1, maxLength: 4 }), { minLength: 8 }),
        (descriptors, requests) => {
          const { rules, problems } = compileRules([{ ...DOMAIN, descriptors }]);
          const tree = rules.get('d')?.tree;
          expect(problems).toEqual([]);
          if (tree === undefined) throw new Error('the domain is missing');
          for (const entries of requests) {
            const expected = naiveMatch(descriptors, entries);
            if (expected !== undefined) met += 1;
            expect(matchRule(tree, entries)?.rule.name).toBe(expected);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(met).toBeGreaterThan(1000);
  });
});
