import { type Case, free, ok, over, step, unlimited, withFields, yearly } from '../case.ts';

const READ = { method: 'read', client: 'service-a' };
const REPORT = { path: '/report', client: 'service-a' };
const RULES = `
  - key: method
    value: read
    descriptors:
      - {key: client, rate_limit: {name: read, unit: year, requests_per_unit: 1}}
  - key: path
    value: /report
    descriptors:
      - {key: client, rate_limit: {name: report, replaces: [{name: read}], unit: year, requests_per_unit: 5}}`;

/** A limit that takes the place of others in the same request. */
export const replaces: readonly Case[] = [
  {
    name: 'a limit that is replaced in a request is neither applied nor shown',
    rules: RULES,
    steps: [step([READ, REPORT], [free, ok(yearly(5, 'report'), 4)])],
  },
  {
    name: 'the order of the descriptors does not matter for replacing',
    rules: RULES,
    steps: [step([REPORT, READ], [ok(yearly(5, 'report'), 4), free])],
  },
  {
    name: 'a limit that is replaced is not counted',
    rules: RULES,
    steps: [
      ...[4, 3, 2].map((remaining) => step([READ, REPORT], [free, ok(yearly(5, 'report'), remaining)])),
      step(READ, ok(yearly(1, 'read'), 0)),
    ],
  },
  {
    name: 'a limit is replaced only in requests that meet the replacing one',
    rules: RULES,
    steps: [step(READ, ok(yearly(1, 'read'), 0)), step(READ, over(yearly(1, 'read')))],
  },
  {
    name: 'a limit that was used up is replaced all the same',
    rules: RULES,
    steps: [
      step(READ, ok(yearly(1, 'read'), 0)),
      step(READ, over(yearly(1, 'read'))),
      step([READ, REPORT], [free, ok(yearly(5, 'report'), 4)]),
    ],
  },
  {
    name: 'a replacing limit may refuse',
    rules: `
      - {key: client, rate_limit: {name: wide, unit: year, requests_per_unit: 9}}
      - {key: path, rate_limit: {replaces: [{name: wide}], unit: year, requests_per_unit: 0}}`,
    steps: [step([{ client: 'service-a' }, { path: '/' }], [free, over(yearly(0))])],
  },
  {
    name: 'one limit may replace several',
    rules: `
      - {key: a, rate_limit: {name: one, unit: year, requests_per_unit: 0}}
      - {key: b, rate_limit: {name: two, unit: year, requests_per_unit: 0}}
      - {key: c, rate_limit: {replaces: [{name: one}, {name: two}], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }, { c: '1' }], [free, free, ok(yearly(5), 4)])],
  },
  {
    name: 'all limits of a name are replaced',
    rules: `
      - {key: a, rate_limit: {name: same, unit: year, requests_per_unit: 0}}
      - {key: b, rate_limit: {name: same, unit: year, requests_per_unit: 0}}
      - {key: c, rate_limit: {replaces: [{name: same}], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }, { c: '1' }], [free, free, ok(yearly(5), 4)])],
  },
  {
    name: 'a limit that is replaced still replaces others',
    rules: `
      - {key: a, rate_limit: {name: one, unit: year, requests_per_unit: 0}}
      - {key: b, rate_limit: {name: two, replaces: [{name: one}], unit: year, requests_per_unit: 0}}
      - {key: c, rate_limit: {name: three, replaces: [{name: two}], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }, { c: '1' }], [free, free, ok(yearly(5, 'three'), 4)])],
  },
  {
    name: 'two limits that replace each other are both gone',
    rules: `
      - {key: a, rate_limit: {name: one, replaces: [{name: two}], unit: year, requests_per_unit: 0}}
      - {key: b, rate_limit: {name: two, replaces: [{name: one}], unit: year, requests_per_unit: 0}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [free, free]), step({ a: '1' }, over(yearly(0, 'one')))],
  },
  {
    name: 'an unlimited rule may replace a limit',
    rules: `
      - {key: a, rate_limit: {name: one, unit: year, requests_per_unit: 0}}
      - {key: b, rate_limit: {replaces: [{name: one}], unlimited: true}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [free, unlimited])],
  },
  {
    name: 'an unlimited rule that is replaced still says that it is unlimited',
    rules: `
      - {key: a, rate_limit: {name: one, unlimited: true}}
      - {key: b, rate_limit: {replaces: [{name: one}], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [unlimited, ok(yearly(5), 4)])],
  },
  {
    name: 'a name that no limit has replaces nothing',
    rules: `
      - {key: a, rate_limit: {name: one, unit: year, requests_per_unit: 5}}
      - {key: b, rate_limit: {replaces: [{name: other}], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [ok(yearly(5, 'one'), 4), ok(yearly(5), 4)])],
  },
  {
    name: 'an empty list of names replaces nothing',
    rules: `
      - {key: a, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: b, rate_limit: {replaces: [], unit: year, requests_per_unit: 5}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [ok(yearly(5), 4), ok(yearly(5), 4)])],
  },
  {
    name: 'a limit in shadow mode replaces like any other',
    rules: `
      - {key: a, rate_limit: {name: one, unit: year, requests_per_unit: 0}}
      - {key: b, shadow_mode: true, rate_limit: {replaces: [{name: one}], unit: year, requests_per_unit: 0}}`,
    steps: [step([{ a: '1' }, { b: '1' }], [free, ok(yearly(0), 0)])],
  },
  {
    name: 'a limit in the request neither replaces nor is replaced',
    rules: RULES,
    steps: [
      step(
        [withFields(READ, { limit: { unit: 'YEAR', requestsPerUnit: 3 } }), REPORT],
        [ok(yearly(3), 2), ok(yearly(5, 'report'), 4)],
      ),
      step(
        [READ, withFields(REPORT, { limit: { unit: 'YEAR', requestsPerUnit: 3 } })],
        [over(yearly(1, 'read')), ok(yearly(3), 1)],
      ),
    ],
  },
];
