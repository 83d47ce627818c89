import { describe, expect, it } from 'vitest';
import { RulesError } from '../../rule-files/index.ts';
import { compileRules } from './compile.ts';
import { matchRule } from './match.ts';
import { parseRules } from './parse.ts';

function problemsOf(...texts: string[]): string[] {
  const parsed = texts.map((text, index) => parseRules(`rules-${index}.yaml`, text));
  const domains = parsed.flatMap(({ domain }) => domain ?? []);
  const problems = [...parsed.flatMap((file) => file.problems), ...compileRules(domains).problems];
  return problems.map((problem) => `${problem.code} ${new RulesError([problem]).message}`);
}

describe('a rule file', () => {
  it('gives a rule with its name, limit and shadow mode', () => {
    const { domain, problems } = parseRules(
      'rules.yaml',
      `domain: gatehouse
descriptors:
  - key: tier
    value: pro
    shadow_mode: true
    rate_limit: {unit: Minute, requests_per_unit: 60, name: pro-minute}
`,
    );
    expect(problems).toEqual([]);
    expect(domain).toMatchObject({
      name: 'gatehouse',
      descriptors: [
        {
          key: 'tier',
          value: 'pro',
          rule: {
            name: 'pro-minute',
            limits: [
              {
                name: 'pro-minute',
                requests: 60,
                unit: 'minute',
                unitMultiplier: 1,
                algorithm: { kind: 'fixed_window', windowMs: 60_000 },
                shadowMode: true,
              },
            ],
          },
        },
      ],
    });
  });

  it('may have a domain without descriptors, and descriptors without a limit', () => {
    expect(problemsOf('domain: a\n', 'domain: b\ndescriptors:\n  - key: k\n')).toEqual([]);
  });

  it('takes values as they are written, also those that look like numbers and booleans', () => {
    const { domain } = parseRules(
      'rules.yaml',
      'domain: d\ndescriptors: [{key: version, value: 1.10}, {key: flag, value: true}, {key: zip, value: 007}]\n',
    );
    expect(domain?.descriptors.map(({ value }) => value)).toEqual(['1.10', 'true', '007']);
  });

  it('takes an empty value for any value', () => {
    const { domain } = parseRules(
      'rules.yaml',
      "domain: d\ndescriptors: [{key: a, value: ''}, {key: b, value: }]\n",
    );
    expect(domain?.descriptors.map(({ value }) => value)).toEqual([undefined, undefined]);
  });

  it('may use anchors and merge keys', () => {
    const { domain, problems } = parseRules(
      'rules.yaml',
      `domain: d
descriptors:
  - key: a
    rate_limit: &limit {unit: hour, requests_per_unit: 5, name: a}
  - key: b
    rate_limit: {<<: *limit, name: b}
  - key: c
    rate_limit: *limit
`,
    );
    expect(problems).toEqual([]);
    expect(domain?.descriptors.map(({ rule }) => rule?.name)).toEqual(['a', 'b', 'a']);
    expect(domain?.descriptors[1]?.rule?.limits).toMatchObject([{ unit: 'hour', requests: 5 }]);
  });

  it('reads yes and no as YAML 1.1 does, as the files of envoyproxy/ratelimit are read', () => {
    const { domain, problems } = parseRules(
      'rules.yaml',
      'domain: d\ndescriptors: [{key: k, shadow_mode: yes, rate_limit: {unit: day, requests_per_unit: 1}}]\n',
    );
    expect(problems).toEqual([]);
    expect(domain?.descriptors[0]?.rule?.limits).toMatchObject([{ shadowMode: true }]);
  });

  it('keeps a key and value that spell another key apart', () => {
    const text = `domain: d
descriptors:
  - {key: a_b, rate_limit: {unit: day, requests_per_unit: 1, name: key}}
  - {key: a, value: b, rate_limit: {unit: day, requests_per_unit: 2, name: key-and-value}}
`;
    expect(problemsOf(text)).toEqual([]);
    const { domain } = parseRules('rules.yaml', text);
    const tree = compileRules(domain ? [domain] : []).rules.get('d')?.tree;
    if (tree === undefined) throw new Error('the domain is missing');
    expect(matchRule(tree, [{ key: 'a_b', value: 'x' }])?.rule.name).toBe('key');
    expect(matchRule(tree, [{ key: 'a', value: 'b' }])?.rule.name).toBe('key-and-value');
  });
});

describe('a rule file that', () => {
  it('defines a domain that another file defines is refused, naming both', () => {
    expect(problemsOf('domain: d\n', '# second\ndomain: d\n')).toEqual([
      'duplicate_domain rules-1.yaml:2:9: domain: domain "d" is already defined in rules-0.yaml:1',
    ]);
  });
});
