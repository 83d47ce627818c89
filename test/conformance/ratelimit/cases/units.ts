import { type Case, hits, ok, over, per, step, type UnitName, unlimited } from '../case.ts';

const UNITS: readonly UnitName[] = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'];
const A = { client: 'service-a' };

/** Units and what the answer says of a limit. */
export const units: readonly Case[] = [
  ...UNITS.map(
    (unit): Case => ({
      name: `a window may be one ${unit.toLowerCase()}, counted from the Unix epoch`,
      rules: `[{key: client, rate_limit: {unit: ${unit.toLowerCase()}, requests_per_unit: 2}}]`,
      steps: [step(A, ok(per(unit, 2), 1)), step(hits(A, 2), over(per(unit, 2)))],
    }),
  ),
  ...Object.entries({ 'in capitals': 'DAY', 'with a capital': 'Day', 'in both': 'dAy' }).map(
    ([how, written]): Case => ({
      name: `a unit may be written ${how}`,
      rules: `[{key: client, rate_limit: {unit: ${written}, requests_per_unit: 2}}]`,
      steps: [step(A, ok(per('DAY', 2), 1))],
    }),
  ),
  {
    name: 'rules of one level may have different units',
    rules: `
      - {key: client, value: service-a, rate_limit: {unit: day, requests_per_unit: 5}}
      - {key: client, value: service-b, rate_limit: {unit: month, requests_per_unit: 9}}`,
    steps: [step([A, { client: 'service-b' }], [ok(per('DAY', 5), 4), ok(per('MONTH', 9), 8)])],
  },
  {
    name: 'the name of a limit is in the answer',
    rules: '[{key: client, rate_limit: {name: client-day, unit: day, requests_per_unit: 1}}]',
    steps: [step(A, ok(per('DAY', 1, 'client-day'), 0)), step(A, over(per('DAY', 1, 'client-day')))],
  },
  {
    name: 'two limits may have one name',
    rules: `
      - {key: client, rate_limit: {name: same, unit: day, requests_per_unit: 1}}
      - {key: tenant, rate_limit: {name: same, unit: year, requests_per_unit: 2}}`,
    steps: [step([A, { tenant: 'team-a' }], [ok(per('DAY', 1, 'same'), 0), ok(per('YEAR', 2, 'same'), 1)])],
  },
  {
    name: 'an unlimited rule says so by the largest remaining number',
    rules: '[{key: client, rate_limit: {unlimited: true}}]',
    steps: [step(A, unlimited), step(hits(A, 1_000_000), unlimited)],
  },
  {
    name: 'an unlimited rule with a name does not show it',
    rules: '[{key: client, rate_limit: {name: open, unlimited: true}}]',
    steps: [step(A, unlimited)],
  },
  {
    name: 'an unlimited rule with a number of requests is unlimited',
    rules: '[{key: client, rate_limit: {unlimited: true, requests_per_unit: 1}}]',
    steps: [step(A, unlimited), step(A, unlimited)],
  },
  {
    name: 'unlimited: false is a limit like any other',
    rules: '[{key: client, rate_limit: {unlimited: false, unit: day, requests_per_unit: 1}}]',
    steps: [step(A, ok(per('DAY', 1), 0)), step(A, over(per('DAY', 1)))],
  },
  {
    name: 'an unlimited value is an exception from the limit of its key',
    rules: `
      - {key: client, rate_limit: {unit: day, requests_per_unit: 0}}
      - {key: client, value: service-a, rate_limit: {unlimited: true}}`,
    steps: [step([A, { client: 'service-b' }], [unlimited, over(per('DAY', 0))])],
  },
  {
    name: 'an unlimited descriptor does not lift the limit of another',
    rules: `
      - {key: client, rate_limit: {unit: day, requests_per_unit: 0}}
      - {key: tenant, rate_limit: {unlimited: true}}`,
    steps: [step([{ tenant: 'team-a' }, A], [unlimited, over(per('DAY', 0))])],
  },
];
