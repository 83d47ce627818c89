import { type Case, free, hits, ok, over, per, step, UNTIL_RESET, unlimited, yearly } from '../case.ts';

const A = { client: 'service-a' };
const TEAM = { tenant: 'team-a' };
const FIVE_AND_NINE = `
  - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
  - {key: tenant, rate_limit: {unit: year, requests_per_unit: 9}}
  - {key: path, rate_limit: {unlimited: true}}
  - {key: zero, rate_limit: {unit: year, requests_per_unit: 0}}
  - {key: nothing, rate_limit: {unit: day, requests_per_unit: 0}}
  - {key: shadow, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}
  - {key: minute, rate_limit: {unit: minute, requests_per_unit: 60}}`;

function headers(limit: number, remaining: number): { headers: string[] } {
  return {
    headers: [
      `RateLimit-Limit: ${limit}`,
      `RateLimit-Remaining: ${remaining}`,
      `RateLimit-Reset: ${UNTIL_RESET}`,
    ],
  };
}

/** LIMIT_RESPONSE_HEADERS_ENABLED */
export const responseHeaders: readonly Case[] = [
  {
    name: 'the headers tell the limit, what is left and when the window ends',
    rules: FIVE_AND_NINE,
    steps: [step(A, ok(yearly(5), 4), headers(5, 4)), step(A, ok(yearly(5), 3), headers(5, 3))],
  },
  {
    name: 'the headers are of the descriptor that has the least left',
    rules: FIVE_AND_NINE,
    steps: [
      step([TEAM, A], [ok(yearly(9), 8), ok(yearly(5), 4)], headers(5, 4)),
      step([TEAM, hits(A, 0)], [ok(yearly(9), 7), ok(yearly(5), 4)], headers(5, 4)),
      step([hits(TEAM, 6), hits(A, 0)], [ok(yearly(9), 1), ok(yearly(5), 4)], headers(9, 1)),
    ],
  },
  {
    name: 'the headers are of the first descriptor where several have equally much left',
    rules: FIVE_AND_NINE,
    steps: [step([A, hits(TEAM, 5)], [ok(yearly(5), 4), ok(yearly(9), 4)], headers(5, 4))],
  },
  {
    name: 'the headers are of the last descriptor that refuses',
    rules: FIVE_AND_NINE,
    steps: [
      step(
        [A, { zero: '1' }, { nothing: '1' }],
        [ok(yearly(5), 4), over(yearly(0)), over(per('DAY', 0))],
        headers(0, 0),
      ),
    ],
  },
  {
    name: 'the headers are of a refusing descriptor, not of one in shadow mode',
    rules: FIVE_AND_NINE,
    steps: [
      step([{ shadow: '1' }, hits(A, 6)], [ok(yearly(0), 0), over(yearly(5))], headers(5, 0)),
      step([{ shadow: '1' }, TEAM], [ok(yearly(0), 0), ok(yearly(9), 8)], headers(0, 0)),
    ],
  },
  {
    name: 'there are no headers where no limit applies',
    rules: FIVE_AND_NINE,
    steps: [step([{ path: '/' }, { other: '1' }], [unlimited, free])],
  },
  {
    name: 'the headers are of a limit beside what is unlimited',
    rules: FIVE_AND_NINE,
    steps: [step([{ path: '/' }, A], [unlimited, ok(yearly(5), 4)], headers(5, 4))],
  },
  {
    name: 'the headers tell when a window of a minute ends',
    rules: FIVE_AND_NINE,
    steps: [step({ minute: '1' }, ok(per('MINUTE', 60), 59), headers(60, 59))],
  },
];

export const HEADER_SETTINGS = { LIMIT_RESPONSE_HEADERS_ENABLED: 'true' };

export const OWN_HEADER_SETTINGS = {
  LIMIT_RESPONSE_HEADERS_ENABLED: 'true',
  LIMIT_LIMIT_HEADER: 'X-Limit',
  LIMIT_REMAINING_HEADER: 'X-Left',
  LIMIT_RESET_HEADER: 'X-Reset',
};

export const ownHeaders: readonly Case[] = [
  {
    name: 'the headers may have other names',
    rules: FIVE_AND_NINE,
    steps: [
      step(A, ok(yearly(5), 4), { headers: ['X-Limit: 5', 'X-Left: 4', `X-Reset: ${UNTIL_RESET}`] }),
      step(hits(A, 9), over(yearly(5)), { headers: ['X-Limit: 5', 'X-Left: 0', `X-Reset: ${UNTIL_RESET}`] }),
    ],
  },
];

/** SHADOW_MODE */
export const globalShadow: readonly Case[] = [
  {
    name: 'in global shadow mode a refused request passes, and its statuses say what would have refused it',
    rules: FIVE_AND_NINE,
    steps: [
      step(A, ok(yearly(5), 4)),
      step([hits(A, 5), TEAM], [over(yearly(5)), ok(yearly(9), 8)], { overallCode: 'OK' }),
    ],
  },
];

/** QUOTA_MODE */
export const globalQuota: readonly Case[] = [
  {
    name: 'in global quota mode a request passes as long as one of its limits has room',
    rules: FIVE_AND_NINE,
    since: '2026-07',
    steps: [
      step([{ zero: '1' }, A], [over(yearly(0)), ok(yearly(5), 4)], { overallCode: 'OK' }),
      step([{ zero: '1' }, { nothing: '1' }], [over(yearly(0)), over(per('DAY', 0))]),
    ],
  },
  {
    name: 'in global quota mode what is unlimited is no limit with room',
    rules: FIVE_AND_NINE,
    since: '2026-07',
    steps: [step([{ zero: '1' }, { path: '/' }], [over(yearly(0)), unlimited])],
  },
  {
    name: 'in global quota mode a descriptor that meets no rule is a limit with room',
    rules: FIVE_AND_NINE,
    since: '2026-07',
    steps: [step([{ zero: '1' }, { other: '1' }], [over(yearly(0)), free], { overallCode: 'OK' })],
  },
];

/** RESPONSE_DYNAMIC_METADATA */
export const dynamicMetadata: readonly Case[] = [
  {
    name: 'the metadata repeats the request',
    rules: FIVE_AND_NINE,
    since: '2026-07',
    steps: [
      step([{ client: 'service-a', path: '/' }, TEAM], [free, ok(yearly(9), 7)], {
        hitsAddend: 2,
        dynamicMetadata: {
          domain: 'the-metadata-repeats-the-request',
          descriptors: [{ entries: ['client=service-a', 'path=/'] }, { entries: ['tenant=team-a'] }],
          hitsAddend: 2,
        },
      }),
      step(hits(TEAM, 0), ok(yearly(9), 7), {
        dynamicMetadata: {
          domain: 'the-metadata-repeats-the-request',
          descriptors: [{ entries: ['tenant=team-a'], hitsAddend: 0 }],
        },
      }),
    ],
  },
  {
    name: 'the metadata of limits that have room is merged, the first to say a thing counts',
    rules: `
      - {key: a, metadata: {one: 1, deep: {x: a, list: [1, two, true]}}, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: b, metadata: {one: 2, deep: {x: b, z: ~}, two: b}, rate_limit: {unit: year, requests_per_unit: 5}}`,
    since: '2026-07',
    steps: [
      step([{ a: '1' }, { b: '1' }], [ok(yearly(5), 4), ok(yearly(5), 4)], {
        dynamicMetadata: {
          domain: 'the-metadata-of-limits-that-have-room-is-merged-the-first-to-say-a-thing-counts',
          descriptors: [{ entries: ['a=1'] }, { entries: ['b=1'] }],
          metadata: { one: 1, deep: { x: 'a', list: [1, 'two', true], z: null }, two: 'b' },
        },
      }),
    ],
  },
  {
    name: 'the metadata of limits that are used up is left out',
    rules: `
      - {key: a, metadata: {one: 1}, rate_limit: {unit: year, requests_per_unit: 0}}
      - {key: b, metadata: {two: 2}, rate_limit: {unit: year, requests_per_unit: 5}}`,
    since: '2026-07',
    steps: [
      step([{ a: '1' }, { b: '1' }], [over(yearly(0)), ok(yearly(5), 4)], {
        dynamicMetadata: {
          domain: 'the-metadata-of-limits-that-are-used-up-is-left-out',
          descriptors: [{ entries: ['a=1'] }, { entries: ['b=1'] }],
          metadata: { two: 2 },
        },
      }),
    ],
  },
  {
    name: 'there is no metadata of an unlimited rule',
    rules: '[{key: a, metadata: {one: 1}, rate_limit: {unlimited: true}}]',
    since: '2026-07',
    steps: [
      step({ a: '1' }, unlimited, {
        dynamicMetadata: {
          domain: 'there-is-no-metadata-of-an-unlimited-rule',
          descriptors: [{ entries: ['a=1'] }],
        },
      }),
    ],
  },
];

const DETAILED_DOMAIN = 'the-metadata-of-a-rule-with-detailed-metric-is-answered';
const DETAILED = { domain: DETAILED_DOMAIN, descriptors: [{ entries: ['a=1'] }] };

/** RESPONSE_DYNAMIC_METADATA beside keys that concern metrics. */
export const metricMetadata: readonly Case[] = [
  {
    name: 'the metadata of a rule with detailed_metric is answered',
    rules:
      '[{key: a, detailed_metric: true, metadata: {one: 1}, rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [step({ a: '1' }, ok(yearly(5), 4), { dynamicMetadata: DETAILED })],
    differs: {
      why: 'metadata',
      steps: [step({ a: '1' }, ok(yearly(5), 4), { dynamicMetadata: { ...DETAILED, metadata: { one: 1 } } })],
    },
  },
];

/** STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT */
export const stopIncrement: readonly Case[] = [
  {
    name: 'a refused request is not charged to those of its limits that had room',
    rules: FIVE_AND_NINE,
    steps: [
      step(hits(A, 5), ok(yearly(5), 0)),
      step([A, TEAM], [over(yearly(5)), ok(yearly(9), 9)]),
      step(TEAM, ok(yearly(9), 8)),
    ],
  },
  {
    name: 'a refused request is charged to the limit that refuses it',
    rules: FIVE_AND_NINE,
    steps: [step(hits(A, 6), over(yearly(5))), step(A, over(yearly(5)))],
    differs: {
      why: 'stopIncrement',
      steps: [step(hits(A, 6), { ...over(yearly(5)), remaining: 5 }), step(A, ok(yearly(5), 4))],
    },
  },
];
