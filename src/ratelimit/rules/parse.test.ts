import { describe, expect, it } from 'vitest';
import { compileRules } from './compile.ts';
import { matchRule } from './match.ts';
import { parseRules } from './parse.ts';
import { RulesError } from './problem.ts';

function problemsOf(...texts: string[]): string[] {
  const parsed = texts.map((text, index) => parseRules(`rules-${index}.yaml`, text));
  const domains = parsed.flatMap(({ domain }) => domain ?? []);
  const problems = [...parsed.flatMap((file) => file.problems), ...compileRules(domains).problems];
  return problems.map((problem) => `${problem.code} ${new RulesError([problem]).message}`);
}

const UNITS = 'one of second, minute, hour, day, week, month, year';

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

const under = (limit: string) => `domain: d\ndescriptors:\n  - key: k\n    rate_limit: ${limit}\n`;

/** Each bad file: what it is, its text, and all that is said about it. */
const BAD_FILES: [name: string, text: string, problems: string[]][] = [
  ['is empty', '', ['missing_key rules-0.yaml:1:1: domain: expected a domain']],
  ['is not YAML', "'''\n", ["invalid_yaml rules-0.yaml:2:1: Missing closing 'quote"]],
  ['holds a list', '- a\n', ['wrong_type rules-0.yaml:1:1: expected keys and values, got a list']],
  [
    'holds two documents',
    'domain: a\n---\ndomain: b\n',
    ['invalid_yaml rules-0.yaml:2:1: expected one document; give each domain a file of its own'],
  ],
  [
    'has no domain',
    'descriptors: []\n',
    ['missing_key rules-0.yaml:1:1: domain: expected the name of a domain'],
  ],
  [
    'has an empty domain',
    "domain: ''\n",
    ['missing_key rules-0.yaml:1:9: domain: expected the name of a domain'],
  ],
  ['has a key twice', 'domain: a\ndomain: b\n', ['invalid_yaml rules-0.yaml:2:1: Map keys must be unique']],
  [
    'has a misspelled key at the top',
    'domain: d\ndescriptor: []\n',
    ['unknown_key rules-0.yaml:2:1: descriptor: unknown key; did you mean "descriptors"?'],
  ],
  [
    'has a misspelled key in a descriptor',
    'domain: d\ndescriptors:\n  - key: k\n    ratelimit: {}\n',
    ['unknown_key rules-0.yaml:4:5: descriptors[0].ratelimit: unknown key; did you mean "rate_limit"?'],
  ],
  [
    'has a misspelled key in a limit',
    under('{unit: day, requestsperunit: 5}'),
    [
      'unknown_key rules-0.yaml:4:29: descriptors[0].rate_limit.requestsperunit: unknown key; did you mean "requests_per_unit"?',
      'missing_key rules-0.yaml:4:17: descriptors[0].rate_limit.requests_per_unit: expected a whole number (0 refuses everything)',
    ],
  ],
  [
    'has an unknown key that looks like none',
    'domain: d\nlimits: 1\n',
    ['unknown_key rules-0.yaml:2:1: limits: unknown key'],
  ],
  [
    'has a key that is not text',
    'domain: d\n[1, 2]: x\n',
    ['unknown_key rules-0.yaml:2:1: a list: unknown key'],
  ],
  [
    'has descriptors that are not a list',
    'domain: d\ndescriptors: {key: a}\n',
    ['wrong_type rules-0.yaml:2:14: descriptors: expected a list, got keys and values'],
  ],
  [
    'has a descriptor that is text',
    'domain: d\ndescriptors:\n  - a\n',
    ['wrong_type rules-0.yaml:3:5: descriptors[0]: expected keys and values, got "a"'],
  ],
  [
    'has a descriptor that is nothing',
    'domain: d\ndescriptors:\n  - ~\n',
    ['wrong_type rules-0.yaml:3:5: descriptors[0]: expected keys and values, got nothing'],
  ],
  [
    'has a descriptor without a key',
    'domain: d\ndescriptors:\n  - value: v\n',
    ['missing_key rules-0.yaml:3:5: descriptors[0].key: expected a key'],
  ],
  [
    'has a descriptor with an empty key',
    "domain: d\ndescriptors:\n  - key: ''\n",
    ['missing_key rules-0.yaml:3:10: descriptors[0].key: expected a key'],
  ],
  [
    'has a key that is a list',
    'domain: d\ndescriptors:\n  - key: [a]\n',
    ['wrong_type rules-0.yaml:3:10: descriptors[0].key: expected text, got a list'],
  ],
  [
    'has a bad unit',
    under('{unit: minutes, requests_per_unit: 5}'),
    [
      `invalid_unit rules-0.yaml:4:24: descriptors[0].rate_limit.unit: expected ${UNITS}, got "minutes"; did you mean "minute"?`,
    ],
  ],
  [
    'has no unit',
    under('{requests_per_unit: 5}'),
    [`missing_key rules-0.yaml:4:17: descriptors[0].rate_limit.unit: expected ${UNITS}`],
  ],
  [
    'has a unit named as a property of every object',
    under('{unit: constructor, requests_per_unit: 5}'),
    [`invalid_unit rules-0.yaml:4:24: descriptors[0].rate_limit.unit: expected ${UNITS}, got "constructor"`],
  ],
  ...['-1', '1.5', 'many', '4294967296', "'5'"].map((count): [string, string, string[]] => [
    `has ${count} requests per unit`,
    under(`{unit: day, requests_per_unit: ${count}}`),
    [
      `invalid_count rules-0.yaml:4:48: descriptors[0].rate_limit.requests_per_unit: expected a whole number from 0 to 4294967295, got "${count.replaceAll("'", '')}"`,
    ],
  ]),
  [
    'has a unit beside unlimited',
    under('{unlimited: true, unit: day}'),
    [
      'unlimited_with_unit rules-0.yaml:4:41: descriptors[0].rate_limit.unit: expected no unit beside unlimited',
    ],
  ],
  [
    'has a flag that is text',
    'domain: d\ndescriptors:\n  - key: k\n    shadow_mode: maybe\n',
    ['wrong_type rules-0.yaml:4:18: descriptors[0].shadow_mode: expected true or false, got "maybe"'],
  ],
  [
    'has the same key twice on one level',
    'domain: d\ndescriptors:\n  - key: k\n  - key: k\n',
    ['duplicate_descriptor rules-0.yaml:4:5: descriptors[1]: key "k" is already on this level in line 3'],
  ],
  [
    'has the same key and value twice on a lower level',
    'domain: d\ndescriptors:\n  - key: k\n    descriptors:\n      - {key: a, value: b}\n      - {key: a, value: b}\n',
    [
      'duplicate_descriptor rules-0.yaml:6:9: descriptors[0].descriptors[1]: key "a" with value "b" is already on this level in line 5',
    ],
  ],
  [
    'leads back to itself through an alias',
    'domain: d\ndescriptors: &all\n  - key: k\n    descriptors: *all\n',
    [
      `too_deep rules-0.yaml:4:18: descriptors[0]${'.descriptors[0]'.repeat(31)}.descriptors: expected at most 32 levels`,
    ],
  ],
  [
    'names an anchor that is not there',
    'domain: d\ndescriptors: *nowhere\n',
    ['wrong_type rules-0.yaml:2:14: descriptors: expected a list, got an alias without its anchor'],
  ],
];

describe('a rule file that', () => {
  for (const [name, text, problems] of BAD_FILES) {
    it(`${name} is refused with place and reason`, () => {
      expect(problemsOf(text)).toEqual(problems);
    });
  }

  it('has several mistakes is told all of them', () => {
    const text =
      'domain: d\ndescriptors:\n  - key: k\n    rate_limit: {unit: aeon, requests_per_unit: -1}\n  - vale: v\n';
    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual([
      'invalid_unit',
      'invalid_count',
      'unknown_key',
      'missing_key',
    ]);
  });

  it('defines a domain that another file defines is refused, naming both', () => {
    expect(problemsOf('domain: d\n', '# second\ndomain: d\n')).toEqual([
      'duplicate_domain rules-1.yaml:2:9: domain: domain "d" is already defined in rules-0.yaml:1',
    ]);
  });
});
