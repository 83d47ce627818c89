import type { Release } from '../case.ts';
import { ok, over, per, type Step, step, unlimited, yearly } from '../case.ts';
import type { Difference } from '../differences.ts';

/** Rule files, and whether the service takes them. */
export interface FormatCase {
  name: string;
  /** One file, or several by name. */
  files: string | Readonly<Record<string, string>>;
  verdict: Verdict;
  /** Where Gatehouse takes what envoyproxy/ratelimit refuses, or the other way round. */
  differs?: { why: Difference; verdict: Verdict };
  since?: Release;
  /** What is answered where the files are taken; the domain is `d`. */
  steps?: readonly Step[];
}

export type Verdict = 'taken' | 'refused';

const LIMIT = 'rate_limit: {unit: year, requests_per_unit: 5}';

function descriptors(yaml: string): string {
  return `domain: d\ndescriptors:\n${yaml}\n`;
}

function refused(name: string, files: FormatCase['files'], rest: Partial<FormatCase> = {}): FormatCase {
  return { name: `${name} is refused`, files, verdict: 'refused', ...rest };
}

function taken(name: string, files: FormatCase['files'], rest: Partial<FormatCase> = {}): FormatCase {
  return { name, files, verdict: 'taken', ...rest };
}

/** A number as a file writes it, and what it means. */
function requests(written: string, meaning: number): FormatCase {
  return taken(
    `requests_per_unit may be written ${written}`,
    descriptors(`- {key: a, rate_limit: {unit: year, requests_per_unit: ${written}}}`),
    { steps: [step({ a: '1' }, ok(yearly(meaning), meaning - 1))] },
  );
}

function refusedRequests(what: string, written: string, rest: Partial<FormatCase> = {}): FormatCase {
  return refused(
    `requests_per_unit ${what}`,
    descriptors(`- {key: a, rate_limit: {unit: year, requests_per_unit: ${written}}}`),
    rest,
  );
}

const STRICTER = { why: 'strictFiles', verdict: 'refused' } as const;
const NUMBERS = { why: 'numbers', verdict: 'taken' } as const;

export const shape: readonly FormatCase[] = [
  refused('a file that is not YAML', 'domain: [d'),
  refused('an indentation by tabs', 'domain: d\ndescriptors:\n\t- key: a\n'),
  refused('an empty file', ''),
  refused('a file of comments', '# domain: d\n'),
  refused('a file that is a text', 'domain\n'),
  refused('a file that is a list', '- domain: d\n'),
  refused('a file without a domain', `descriptors: [{key: a, ${LIMIT}}]\n`),
  refused('an empty domain', `domain: ""\ndescriptors: [{key: a, ${LIMIT}}]\n`),
  taken('a domain may be all that a file says', 'domain: d\n'),
  taken('descriptors may be empty', 'domain: d\ndescriptors:\n'),
  taken('a domain may be written as a number', 'domain: 7\n'),
  refused('an unknown key of the file', 'domain: d\ndescriptor: []\n'),
  refused('an unknown key of a descriptor', descriptors('- {key: a, valeu: b}')),
  refused(
    'an unknown key of a limit',
    descriptors('- {key: a, rate_limit: {unit: day, requests_per_units: 5}}'),
  ),
  refused('a key in capitals', descriptors('- {KEY: a}')),
  refused('a key that is a number', 'domain: d\n1: a\n'),
  refused('descriptors that are a text', 'domain: d\ndescriptors: a\n'),
  refused('descriptors that are keys and values', 'domain: d\ndescriptors: {key: a}\n'),
  refused('a descriptor that is a text', 'domain: d\ndescriptors: [a]\n'),
  refused('a descriptor that is a list', 'domain: d\ndescriptors: [[{key: a}]]\n'),
  refused('a descriptor that is nothing', 'domain: d\ndescriptors:\n  -\n'),
  refused('a descriptor without a key', descriptors('- {value: a}')),
  refused('an empty key', descriptors('- {key: ""}')),
  refused('a key that is a list', descriptors('- {key: [a]}')),
  refused('a value that is a list', descriptors('- {key: a, value: [b]}')),
  refused('a value of keys and values', descriptors('- {key: a, value: {b: c}}')),
  refused('lower descriptors that are a text', descriptors('- {key: a, descriptors: b}')),
  refused('a lower descriptor without a key', descriptors('- {key: a, descriptors: [{value: b}]}')),
  taken('lower descriptors may be empty', descriptors(`- {key: a, ${LIMIT}, descriptors: }`), {
    steps: [step({ a: '1' }, ok(yearly(5), 4))],
  }),
  taken('a second document is not read', `domain: d\n---\ndomain: e\n`, { differs: STRICTER }),
  taken(
    'of a key that is given twice the last counts',
    `domain: c\ndomain: d\ndescriptors: [{key: a, ${LIMIT}}]\n`,
    {
      steps: [step({ a: '1' }, ok(yearly(5), 4))],
    },
  ),
  taken(
    'more than 32 levels are taken',
    descriptors(`- ${'{key: a, descriptors: ['.repeat(40)}{key: a}${']}'.repeat(40)}`),
    { differs: STRICTER },
  ),
  taken('lines may end with a carriage return', `domain: d\r\ndescriptors:\r\n- key: a\r\n  ${LIMIT}\r\n`, {
    steps: [step({ a: '1' }, ok(yearly(5), 4))],
  }),
  taken('a file may start with a byte order mark', `\ufeffdomain: d\ndescriptors: [{key: a, ${LIMIT}}]\n`, {
    steps: [step({ a: '1' }, ok(yearly(5), 4))],
  }),
  taken(
    'an alias stands for what its anchor names',
    descriptors(`- {key: a, rate_limit: &l {unit: year, requests_per_unit: 5}}\n- {key: b, rate_limit: *l}`),
    { steps: [step([{ a: '1' }, { b: '1' }], [ok(yearly(5), 4), ok(yearly(5), 4)])] },
  ),
  taken(
    '<< merges what its anchor names',
    descriptors(
      '- {key: a, rate_limit: &l {unit: year, requests_per_unit: 5}}\n- {key: b, rate_limit: {<<: *l, requests_per_unit: 7}}',
    ),
    { steps: [step({ b: '1' }, ok(yearly(7), 6))] },
  ),
  refused('an alias without an anchor', descriptors('- {key: a, rate_limit: *l}')),
  taken(
    'a value may be written over several lines',
    descriptors(`- key: a\n  value: >-\n    b\n    c\n  ${LIMIT}`),
    {
      steps: [step({ a: 'b c' }, ok(yearly(5), 4))],
    },
  ),
  taken('a key may be written as a number', descriptors(`- {key: 404, ${LIMIT}}`), {
    steps: [step({ 404: '1' }, ok(yearly(5), 4))],
  }),
  refused('a value with a fraction, without quotes,', descriptors(`- {key: a, value: 1.10, ${LIMIT}}`), {
    differs: NUMBERS,
    steps: [step({ a: '1.10' }, ok(yearly(5), 4))],
  }),
  refused(
    'a whole value above 2^63, without quotes,',
    descriptors(`- {key: a, value: 9223372036854775808, ${LIMIT}}`),
    {
      differs: NUMBERS,
      steps: [step({ a: '9223372036854775808' }, ok(yearly(5), 4))],
    },
  ),
];

export const limits: readonly FormatCase[] = [
  refused('an unknown unit', descriptors('- {key: a, rate_limit: {unit: fortnight, requests_per_unit: 5}}')),
  refused('a unit in the plural', descriptors('- {key: a, rate_limit: {unit: days, requests_per_unit: 5}}')),
  refused('the unit unknown', descriptors('- {key: a, rate_limit: {unit: unknown, requests_per_unit: 5}}')),
  refused('a limit without a unit', descriptors('- {key: a, rate_limit: {requests_per_unit: 5}}')),
  refused('an empty unit', descriptors('- {key: a, rate_limit: {unit: , requests_per_unit: 5}}')),
  refused('a limit without keys', descriptors('- {key: a, rate_limit: {}}')),
  refused('a limit that is a text', descriptors('- {key: a, rate_limit: 5/day}')),
  refused('a limit that is a number', descriptors('- {key: a, rate_limit: 5}')),
  refused(
    'a limit that is a list',
    descriptors('- {key: a, rate_limit: [{unit: day, requests_per_unit: 5}]}'),
  ),
  taken('a limit may be left empty, which is none', descriptors('- {key: a, rate_limit: }')),
  taken(
    'a limit without requests_per_unit refuses everything',
    descriptors('- {key: a, rate_limit: {unit: year}}'),
    {
      steps: [step({ a: '1' }, over(yearly(0)))],
    },
  ),
  requests('5', 5),
  requests('0x10', 16),
  requests('010', 8),
  requests('1_000', 1000),
  requests('+5', 5),
  requests('0b101', 5),
  refusedRequests('below 0', '-1'),
  refusedRequests('above 2^32 - 1', '4294967296'),
  refusedRequests('with a fraction', '1.5'),
  refusedRequests('with an exponent', '1e3', {
    differs: NUMBERS,
    steps: [step({ a: '1' }, ok(yearly(1000), 999))],
  }),
  refusedRequests('in quotes', '"5"'),
  refusedRequests('in words', 'five'),
  refusedRequests('true', 'true'),
  refusedRequests('that is a list', '[5]'),
  refused('a unit beside unlimited', descriptors('- {key: a, rate_limit: {unit: day, unlimited: true}}')),
  taken(
    'an unknown unit beside unlimited is taken',
    descriptors('- {key: a, rate_limit: {unit: x, unlimited: true}}'),
    {
      differs: STRICTER,
      steps: [step({ a: '1' }, unlimited)],
    },
  ),
  refused(
    'unlimited with another word than true or false',
    descriptors('- {key: a, rate_limit: {unlimited: maybe}}'),
  ),
  taken('unlimited may be written yes', descriptors('- {key: a, rate_limit: {unlimited: yes}}'), {
    steps: [step({ a: '1' }, unlimited)],
  }),
  taken(
    'a name may be a number',
    descriptors('- {key: a, rate_limit: {name: 7, unit: day, requests_per_unit: 5}}'),
    {
      steps: [step({ a: '1' }, ok(per('DAY', 5, '7'), 4))],
    },
  ),
  refused(
    'a name that is a list',
    descriptors('- {key: a, rate_limit: {name: [n], unit: day, requests_per_unit: 5}}'),
  ),
  refused(
    'a limit that replaces its own name',
    descriptors('- {key: a, rate_limit: {name: n, replaces: [{name: n}], unit: day, requests_per_unit: 5}}'),
  ),
  refused(
    'an empty name to replace',
    descriptors('- {key: a, rate_limit: {replaces: [{name: ""}], unit: day, requests_per_unit: 5}}'),
  ),
  refused(
    'something to replace without a name',
    descriptors('- {key: a, rate_limit: {replaces: [{}], unit: day, requests_per_unit: 5}}'),
  ),
  refused(
    'a name to replace that is no keys and values',
    descriptors('- {key: a, rate_limit: {replaces: [n], unit: day, requests_per_unit: 5}}'),
  ),
  refused(
    'an unknown key beside a name to replace',
    descriptors('- {key: a, rate_limit: {replaces: [{name: n, nmae: m}], unit: day, requests_per_unit: 5}}'),
  ),
  taken(
    'an empty name to replace is nothing to an unnamed limit in another file',
    descriptors('- {key: a, rate_limit: {replaces: [{name: elsewhere}], unit: day, requests_per_unit: 5}}'),
  ),
];

export const flags: readonly FormatCase[] = [
  ...['shadow_mode', 'quota_mode', 'detailed_metric', 'value_to_metric'].flatMap((key) => [
    taken(`${key} may be yes`, descriptors(`- {key: a, ${key}: yes, ${LIMIT}}`)),
    taken(`${key} may be left empty`, descriptors(`- {key: a, ${key}: , ${LIMIT}}`)),
    refused(
      `${key} with another word than true or false`,
      descriptors(`- {key: a, ${key}: maybe, ${LIMIT}}`),
    ),
    refused(`${key} with a number`, descriptors(`- {key: a, ${key}: 1, ${LIMIT}}`)),
  ]),
  taken(
    'share_threshold may stand beside a star',
    descriptors(`- {key: a, value: b*, share_threshold: true, ${LIMIT}}`),
  ),
  taken(
    'share_threshold may be false beside any value',
    descriptors(`- {key: a, share_threshold: false, ${LIMIT}}`),
  ),
  refused(
    'share_threshold beside a value without a star',
    descriptors(`- {key: a, value: b, share_threshold: true, ${LIMIT}}`),
  ),
  refused('share_threshold without a value', descriptors(`- {key: a, share_threshold: true, ${LIMIT}}`)),
  taken(
    'metadata may hold anything',
    descriptors(`- {key: a, metadata: {b: 1.5, c: [x, {d: true}], e: ~}, ${LIMIT}}`),
    {
      since: '2026-07',
      steps: [step({ a: '1' }, ok(yearly(5), 4))],
    },
  ),
  taken('metadata may be left empty', descriptors(`- {key: a, metadata: , ${LIMIT}}`), { since: '2026-07' }),
  refused('metadata that is a text', descriptors(`- {key: a, metadata: b, ${LIMIT}}`)),
  refused('metadata that is a list', descriptors(`- {key: a, metadata: [b], ${LIMIT}}`)),
];

export const doubles: readonly FormatCase[] = [
  refused('the same key twice on one level', descriptors(`- {key: a, ${LIMIT}}\n- {key: a}`)),
  refused(
    'the same key and value twice on one level',
    descriptors(`- {key: a, value: b}\n- {key: a, value: b, ${LIMIT}}`),
  ),
  refused('a key without a value and with an empty one', descriptors(`- {key: a}\n- {key: a, value: ""}`)),
  refused(
    'the same key twice on a lower level',
    descriptors(`- {key: a, descriptors: [{key: b}, {key: b}]}`),
  ),
  refused('the same star twice on one level', descriptors(`- {key: a, value: b*}\n- {key: a, value: b*}`)),
  refused('a value as a text and as a number', descriptors(`- {key: a, value: 1}\n- {key: a, value: "1"}`)),
  taken(
    'a key may stand below different values',
    descriptors(
      `- {key: a, value: x, descriptors: [{key: b}]}\n- {key: a, value: y, descriptors: [{key: b}]}`,
    ),
  ),
  refused(
    'a key and value whose joined text is another key',
    descriptors('- {key: a_b}\n- {key: a, value: b}'),
    { differs: { why: 'collisions', verdict: 'taken' } },
  ),
  refused('a domain in two files', { 'a.yaml': 'domain: d\n', 'b.yaml': 'domain: d\n' }),
  taken(
    'two files may have the same descriptors in two domains',
    {
      'a.yaml': descriptors(`- {key: a, ${LIMIT}}`),
      'b.yaml': `domain: e\ndescriptors: [{key: a, ${LIMIT}}]\n`,
    },
    { steps: [step({ a: '1' }, ok(yearly(5), 4)), step({ a: '1' }, ok(yearly(5), 4), { domain: 'e' })] },
  ),
  refused('one wrong file among right ones', {
    'a.yaml': descriptors(`- {key: a, ${LIMIT}}`),
    'b.yaml': 'domain: e\ndescriptors: 5\n',
  }),
];
