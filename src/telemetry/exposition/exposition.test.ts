import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Family } from './family.ts';
import { parseExposition } from './parse.ts';
import { expositionFormat, printExposition } from './print.ts';

const counter: Family = {
  name: 'calls_total',
  type: 'counter',
  help: 'Calls\nby "kind" \\ all',
  samples: [{ name: 'calls_total', labels: { kind: 'a"b\\c\nd', route: 'x' }, value: 3 }],
};
const histogram: Family = {
  name: 'wait_seconds',
  type: 'histogram',
  help: 'Waits',
  samples: [
    {
      name: 'wait_seconds_bucket',
      labels: { le: '0.5' },
      value: 1,
      exemplar: { labels: { trace_id: 'ab' }, value: 0.25, timestampS: 1.5 },
    },
    { name: 'wait_seconds_bucket', labels: { le: '+Inf' }, value: 2 },
    { name: 'wait_seconds_sum', labels: {}, value: 7.25 },
    { name: 'wait_seconds_count', labels: {}, value: 2 },
  ],
};

describe("Prometheus's text format", () => {
  test('has a head and a line for each sample, and no exemplars', () => {
    expect(printExposition([counter, histogram], 'prometheus')).toBe(
      [
        '# HELP calls_total Calls\\nby "kind" \\\\ all',
        '# TYPE calls_total counter',
        'calls_total{kind="a\\"b\\\\c\\nd",route="x"} 3',
        '# HELP wait_seconds Waits',
        '# TYPE wait_seconds histogram',
        'wait_seconds_bucket{le="0.5"} 1',
        'wait_seconds_bucket{le="+Inf"} 2',
        'wait_seconds_sum 7.25',
        'wait_seconds_count 2',
        '',
      ].join('\n'),
    );
  });

  test('is read with timestamps, spaces and numbers of all kinds', () => {
    const text =
      'up{ a = "b" , } 1 1700000000000\nx +Inf\ny NaN\nz{le="0.0050000000000000001040834085586084"} 1e3\n';
    expect(parseExposition(text).flatMap(({ samples }) => samples)).toEqual([
      { name: 'up', labels: { a: 'b' }, value: 1 },
      { name: 'x', labels: {}, value: Number.POSITIVE_INFINITY },
      { name: 'y', labels: {}, value: Number.NaN },
      { name: 'z', labels: { le: '0.0050000000000000001040834085586084' }, value: 1000 },
    ]);
  });

  test('that is cut off loses the lines that it lost', () => {
    const text = '# TYPE a counter\na{x="1"} 5\na{x="2"\na{x="3"} \n# TY';
    expect(parseExposition(text)).toMatchObject([{ name: 'a', type: 'counter', samples: [{ value: 5 }] }]);
  });
});

describe('OpenMetrics', () => {
  test('has exemplars, counters without _total, and an end', () => {
    expect(printExposition([counter, histogram], 'openmetrics').split('\n')).toEqual([
      '# HELP calls Calls\\nby \\"kind\\" \\\\ all',
      '# TYPE calls counter',
      'calls_total{kind="a\\"b\\\\c\\nd",route="x"} 3',
      '# HELP wait_seconds Waits',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="0.5"} 1 # {trace_id="ab"} 0.25 1.5',
      'wait_seconds_bucket{le="+Inf"} 2',
      'wait_seconds_sum 7.25',
      'wait_seconds_count 2',
      '# EOF',
      '',
    ]);
  });

  test('calls a counter of another name unknown, as it has no counters of such names', () => {
    const named: Family = {
      ...counter,
      name: 'upstream_rq',
      samples: [{ name: 'upstream_rq', labels: {}, value: 1 }],
    };
    expect(printExposition([named], 'openmetrics')).toContain('# TYPE upstream_rq unknown\n');
  });

  test.each([
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4', 'openmetrics'],
    ['text/plain', 'prometheus'],
    ['*/*', 'prometheus'],
    [undefined, 'prometheus'],
  ])('for %s it is %s', (accept, format) => {
    expect(expositionFormat(accept)).toBe(format);
  });
});

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'le'), fc.string({ unit: 'grapheme' }));
const families = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a_total', 'b_total', 'c_total'),
    type: fc.constant('counter' as const),
    help: fc.string().filter((help) => help.trim() === help),
    values: fc.array(fc.tuple(labels, fc.double({ noNaN: true })), { minLength: 1, maxLength: 4 }),
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);

test.each(['prometheus', 'openmetrics'] as const)(
  'what is printed as %s is read again as it was',
  (format) => {
    fc.assert(
      fc.property(families, (generated) => {
        const printed = generated.map(({ values, ...rest }) => ({
          ...rest,
          samples: values.map(([of, value]) => ({ name: rest.name, labels: { ...of }, value: value + 0 })),
        }));
        expect(parseExposition(printExposition(printed, format))).toEqual(printed);
      }),
    );
  },
);
