import {
  type Case,
  failingStep,
  free,
  hits,
  ok,
  over,
  path,
  per,
  step,
  type UnitName,
  withFields,
  yearly,
} from '../case.ts';
import { unitBesideYear } from '../window.ts';

const RULES = '[{key: client, rate_limit: {name: rule, unit: year, requests_per_unit: 5}}]';
const A = { client: 'service-a' };
const OTHER = unitBesideYear();

function limited(entries: Record<string, string>, unit: string, requestsPerUnit: number) {
  return withFields(entries, { limit: { unit, requestsPerUnit } });
}

/** Limits that the request brings along, as Envoy does from dynamic metadata. */
export const overrides: readonly Case[] = [
  {
    name: 'a limit in the request goes before the rule',
    rules: RULES,
    steps: [step(limited(A, 'YEAR', 2), ok(yearly(2), 1)), step(limited(A, 'YEAR', 2), ok(yearly(2), 0))],
  },
  {
    name: 'a limit in the request has no name',
    rules: RULES,
    steps: [step(limited(A, 'YEAR', 0), over(yearly(0)))],
  },
  {
    name: 'a limit in the request holds for a descriptor that meets no rule',
    rules: RULES,
    steps: [step(limited({ tenant: 'team-a' }, 'YEAR', 1), ok(yearly(1), 0))],
  },
  {
    name: 'a limit in the request holds for a descriptor without entries',
    rules: RULES,
    steps: [step(limited({}, 'YEAR', 1), ok(yearly(1), 0)), step(limited({}, 'YEAR', 1), over(yearly(1)))],
  },
  {
    name: 'a limit in the request for a domain without rules is not applied',
    rules: RULES,
    steps: [step(limited(A, 'YEAR', 0), free, { domain: 'nowhere' })],
  },
  ...(['SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH'] as const satisfies UnitName[]).map(
    (unit): Case => ({
      name: `a limit in the request may be per ${unit.toLowerCase()}`,
      rules: RULES,
      steps: [step(limited(A, unit, 1), ok(per(unit, 1), 0))],
    }),
  ),
  {
    name: 'a limit in the request counts in the bucket of a rule with the same unit',
    rules: RULES,
    steps: [
      step(A, ok(yearly(5, 'rule'), 4)),
      step(limited(A, 'YEAR', 10), ok(yearly(10), 8)),
      step(A, ok(yearly(5, 'rule'), 2)),
    ],
  },
  {
    name: 'a limit in the request with another unit has a bucket of its own',
    rules: RULES,
    steps: [
      step(A, ok(yearly(5, 'rule'), 4)),
      step(limited(A, OTHER, 10), ok(per(OTHER, 10), 9)),
      step(A, ok(yearly(5, 'rule'), 3)),
    ],
  },
  {
    name: 'a lower limit in the request is held to what has been counted already',
    rules: RULES,
    steps: [step(hits(A, 3), ok(yearly(5, 'rule'), 2)), step(limited(A, 'YEAR', 2), over(yearly(2)))],
  },
  {
    name: 'a limit in the request takes the hits of its descriptor',
    rules: RULES,
    steps: [
      step(
        withFields(A, { limit: { unit: 'YEAR', requestsPerUnit: 9 }, hitsAddend: { value: 4 } }),
        ok(yearly(9), 5),
      ),
    ],
  },
  {
    name: 'a limit in the request is not in shadow mode where the rule is',
    rules: '[{key: client, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step(limited(A, 'YEAR', 0), over(yearly(0)))],
  },
  {
    name: 'a limit in the request holds for a value that is unlimited',
    rules: '[{key: client, rate_limit: {unlimited: true}}]',
    steps: [step(limited(A, 'YEAR', 0), over(yearly(0)))],
  },
  {
    name: 'one descriptor may bring a limit and another not',
    rules: RULES,
    steps: [
      step([limited(A, 'YEAR', 2), { client: 'service-b' }], [ok(yearly(2), 1), ok(yearly(5, 'rule'), 4)]),
    ],
  },
  {
    name: 'a limit in the request holds for entries that lie deeper than any rule',
    rules: RULES,
    steps: [
      step(
        {
          ...path(['client', 'a'], ['path', '/'], ['method', 'GET']),
          limit: { unit: 'YEAR', requestsPerUnit: 1 },
        },
        ok(yearly(1), 0),
      ),
    ],
  },
];

/** A request that ends the process of envoyproxy/ratelimit, and so needs one of its own. */
export const crashing: readonly Case[] = [
  {
    name: 'a limit in the request without a unit is an error',
    rules: RULES,
    steps: [failingStep(limited(A, 'UNKNOWN', 5)), failingStep(A)],
    differs: {
      why: 'crash',
      steps: [failingStep(limited(A, 'UNKNOWN', 5)), step(A, ok(yearly(5, 'rule'), 4))],
    },
  },
];
