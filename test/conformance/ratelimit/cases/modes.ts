import { type Case, hits, ok, over, step, times, unlimited, yearly } from '../case.ts';

const A = { client: 'service-a' };
const SHADOW = '[{key: client, shadow_mode: true, rate_limit: {name: s, unit: year, requests_per_unit: 1}}]';
const QUOTA = '[{key: client, quota_mode: true, rate_limit: {name: q, unit: year, requests_per_unit: 1}}]';
const passed = ok(yearly(1, 's'), 0);

/** Rules that count without refusing. */
export const modes: readonly Case[] = [
  {
    name: 'a rule in shadow mode counts and never refuses',
    rules: SHADOW,
    steps: times(3, step(A, passed)),
  },
  {
    name: 'a rule in shadow mode shows what is left while something is',
    rules: '[{key: client, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step(A, ok(yearly(5), 4)), step(hits(A, 9), ok(yearly(5), 0))],
  },
  {
    name: 'a rule in shadow mode with a limit of 0 lets pass',
    rules: '[{key: client, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}]',
    steps: times(2, step(A, ok(yearly(0), 0))),
  },
  {
    name: 'a rule in shadow mode does not lift another limit of the request',
    rules: `
      - {key: client, shadow_mode: true, rate_limit: {name: s, unit: year, requests_per_unit: 1}}
      - {key: tenant, rate_limit: {unit: year, requests_per_unit: 1}}`,
    steps: [
      step([A, { tenant: 'team-a' }], [passed, ok(yearly(1), 0)]),
      step([A, { tenant: 'team-a' }], [passed, over(yearly(1))]),
    ],
  },
  {
    name: 'shadow mode holds for one level, not for those below it',
    rules: `
      - key: client
        shadow_mode: true
        rate_limit: {unit: year, requests_per_unit: 0}
        descriptors: [{key: path, rate_limit: {unit: year, requests_per_unit: 0}}]`,
    steps: [step(A, ok(yearly(0), 0)), step({ client: 'service-a', path: '/' }, over(yearly(0)))],
  },
  {
    name: 'shadow mode may hold for one value',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 0}}
      - {key: client, value: service-a, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}`,
    steps: [step([A, { client: 'service-b' }], [ok(yearly(0), 0), over(yearly(0))])],
  },
  {
    name: 'shadow mode of a rule without a limit changes nothing',
    rules: '[{key: client, shadow_mode: true, rate_limit: {unlimited: true}}]',
    steps: [step(A, unlimited)],
  },
  {
    name: 'a used up quota beside one with room lets pass',
    rules: `
      - {key: client, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}
      - {key: tenant, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 5}}`,
    since: '2026-07',
    steps: [step([A, { tenant: 'team-a' }], [over(yearly(0)), ok(yearly(5), 4)], { overallCode: 'OK' })],
  },
  {
    name: 'used up quotas refuse where all of a request are',
    rules: QUOTA,
    since: '2026-07',
    steps: [step(A, ok(yearly(1, 'q'), 0)), step(A, over(yearly(1, 'q')))],
  },
  {
    name: 'a used up limit refuses beside a quota with room',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 0}}
      - {key: tenant, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step([A, { tenant: 'team-a' }], [over(yearly(0)), ok(yearly(5), 4)])],
  },
  {
    name: 'a used up quota refuses beside a limit with room',
    rules: `
      - {key: client, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}
      - {key: tenant, rate_limit: {unit: year, requests_per_unit: 5}}`,
    since: '2026-07',
    steps: [step([A, { tenant: 'team-a' }], [over(yearly(0)), ok(yearly(5), 4)])],
  },
  {
    name: 'a quota in shadow mode never refuses',
    rules:
      '[{key: client, quota_mode: true, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 0}}]',
    since: '2026-07',
    steps: [step(A, ok(yearly(0), 0))],
  },
  {
    name: 'quota_mode: false is a limit like any other',
    rules: '[{key: client, quota_mode: false, rate_limit: {unit: year, requests_per_unit: 0}}]',
    steps: [step(A, over(yearly(0)))],
  },
];
