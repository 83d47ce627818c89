import { type Case, failingStep, free, hits, ok, over, step, times, withFields, yearly } from '../case.ts';

const FIVE = '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]';
const A = { client: 'service-a' };
const FIVE_AND_NINE = `
  - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
  - {key: tenant, rate_limit: {unit: year, requests_per_unit: 9}}`;
const BOTH = [A, { tenant: 'team-a' }];

/** How much a request takes from its buckets. */
export const counting: readonly Case[] = [
  {
    name: 'as many requests pass as the limit says, and the next does not',
    rules: FIVE,
    steps: [
      ...[4, 3, 2, 1, 0].map((remaining) => step(A, ok(yearly(5), remaining))),
      ...times(3, step(A, over(yearly(5)))),
    ],
  },
  {
    name: 'a limit of 1 lets one request pass',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 1}}]',
    steps: [step(A, ok(yearly(1), 0)), step(A, over(yearly(1)))],
  },
  {
    name: 'a limit of 0 refuses everything',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 0}}]',
    steps: times(2, step(A, over(yearly(0)))),
  },
  {
    name: 'the largest limit is 2^32 - 1',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 4294967295}}]',
    steps: [step(A, ok(yearly(4294967295), 4294967294))],
  },
  {
    name: 'the hits of a request count for each of its descriptors',
    rules: FIVE_AND_NINE,
    steps: [
      step(BOTH, [ok(yearly(5), 2), ok(yearly(9), 6)], { hitsAddend: 3 }),
      step(BOTH, [over(yearly(5)), ok(yearly(9), 3)], { hitsAddend: 3 }),
    ],
  },
  {
    name: 'no hits in the request mean one',
    rules: FIVE,
    steps: [step(A, ok(yearly(5), 4), { hitsAddend: 0 }), step(A, ok(yearly(5), 3))],
  },
  {
    name: 'the hits of a descriptor go before those of the request',
    rules: FIVE_AND_NINE,
    steps: [
      step([hits(A, 2), { tenant: 'team-a' }], [ok(yearly(5), 3), ok(yearly(9), 5)], { hitsAddend: 4 }),
    ],
  },
  {
    name: 'a descriptor with 0 hits is looked at and not counted',
    rules: FIVE,
    steps: [
      step(hits(A, 0), ok(yearly(5), 5)),
      step(A, ok(yearly(5), 4)),
      step(hits(A, 0), ok(yearly(5), 4)),
      step(A, ok(yearly(5), 3)),
    ],
  },
  {
    name: '0 hits are let pass where exactly the limit has been taken',
    rules: FIVE,
    steps: [step(hits(A, 5), ok(yearly(5), 0)), step(hits(A, 0), ok(yearly(5), 0))],
  },
  {
    name: '0 hits are refused once more than the limit has been asked for',
    rules: FIVE,
    steps: [step(hits(A, 5), ok(yearly(5), 0)), step(A, over(yearly(5))), step(hits(A, 0), over(yearly(5)))],
  },
  {
    name: '0 hits of a limit of 0 are let pass as long as nothing was asked for',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 0}}]',
    steps: [step(hits(A, 0), ok(yearly(0), 0)), step(A, over(yearly(0))), step(hits(A, 0), over(yearly(0)))],
  },
  {
    name: 'one descriptor may be looked at while another is counted',
    rules: FIVE_AND_NINE,
    steps: [
      step([hits(A, 0), { tenant: 'team-a' }], [ok(yearly(5), 5), ok(yearly(9), 8)]),
      step([hits(A, 0), { tenant: 'team-a' }], [ok(yearly(5), 5), ok(yearly(9), 7)]),
    ],
  },
  {
    name: 'exactly as many hits as are left pass',
    rules: FIVE,
    steps: [step(hits(A, 2), ok(yearly(5), 3)), step(hits(A, 3), ok(yearly(5), 0))],
  },
  {
    name: 'more hits than are left are refused as a whole',
    rules: FIVE,
    steps: [step(hits(A, 2), ok(yearly(5), 3)), step(hits(A, 4), over(yearly(5)))],
  },
  {
    name: 'refused hits are counted, so that fewer do not pass afterwards either',
    rules: FIVE,
    steps: [step(hits(A, 6), over(yearly(5))), step(A, over(yearly(5)))],
  },
  {
    name: 'a refused request is counted for those of its descriptors that had room',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 1}}
      - {key: tenant, rate_limit: {unit: year, requests_per_unit: 9}}`,
    steps: [
      step(BOTH, [ok(yearly(1), 0), ok(yearly(9), 8)]),
      step(BOTH, [over(yearly(1)), ok(yearly(9), 7)]),
      step({ tenant: 'team-a' }, ok(yearly(9), 6)),
    ],
  },
  {
    name: 'one descriptor over its limit refuses the request',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: tenant, rate_limit: {unit: year, requests_per_unit: 0}}`,
    steps: [step([{ host: 'h' }, A, { tenant: 'team-a' }], [free, ok(yearly(5), 4), over(yearly(0))])],
  },
  {
    name: 'several descriptors over their limits all say so',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 0}}]',
    steps: [step([A, { client: 'service-b' }], [over(yearly(0)), over(yearly(0))])],
  },
  {
    name: 'the same descriptor twice in a request is counted twice, each after the one before it',
    rules: FIVE,
    steps: [step([A, A], [ok(yearly(5), 4), ok(yearly(5), 3)]), step(A, ok(yearly(5), 2))],
  },
  {
    name: 'the same descriptor twice in a request may pass once and be refused once',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 1}}]',
    steps: [step([A, A], [ok(yearly(1), 0), over(yearly(1))])],
  },
  {
    name: 'a descriptor that meets no rule is not counted anywhere',
    rules: FIVE,
    steps: [...times(3, step({ host: 'h' }, free)), step(A, ok(yearly(5), 4))],
  },
  {
    name: 'a million hits at once are counted',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 2000000}}]',
    steps: [
      step(hits(A, 1_000_000), ok(yearly(2_000_000), 1_000_000)),
      step(A, ok(yearly(2_000_000), 0), { hitsAddend: 1_000_000 }),
      step(A, over(yearly(2_000_000))),
    ],
  },
  {
    name: 'the largest hits of a request are 2^32 - 1',
    rules: FIVE,
    steps: [step(A, over(yearly(5)), { hitsAddend: 4294967295 }), step(A, over(yearly(5)))],
  },
  {
    name: 'the hits of a descriptor may be more than 2^32',
    rules: FIVE,
    steps: [step(hits(A, 2 ** 40), over(yearly(5))), step(A, over(yearly(5)))],
  },
  {
    name: 'hits of a descriptor beyond 2^63 cannot be counted',
    rules: FIVE,
    steps: [failingStep(hits(A, 2 ** 63 + 2 ** 20))],
    differs: { why: 'wholeHits', steps: [step(hits(A, 2 ** 63 + 2 ** 20), over(yearly(5)))] },
  },
  {
    name: 'a descriptor may give hits back',
    rules: FIVE,
    steps: [
      step(hits(A, 3), ok(yearly(5), 2)),
      step(withFields(A, { hitsAddend: { value: 2 }, isNegativeHits: true }), ok(yearly(5), 0)),
      step(A, over(yearly(5))),
    ],
    differs: {
      why: 'giveBack',
      steps: [
        step(hits(A, 3), ok(yearly(5), 2)),
        step(withFields(A, { hitsAddend: { value: 2 }, isNegativeHits: true }), ok(yearly(5), 4)),
        step(A, ok(yearly(5), 3)),
      ],
    },
  },
];
