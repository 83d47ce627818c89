import { type Case, free, ok, over, path, step, unlimited, yearly } from '../case.ts';

/** Which rule a descriptor meets. */
export const matching: readonly Case[] = [
  {
    name: 'a key without a value fits any value',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ client: 'service-a' }, ok(yearly(5), 4)), step({ client: 'service-b' }, ok(yearly(5), 4))],
  },
  {
    name: 'each value that a key without a value fits is counted apart',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 1}}]',
    steps: [
      step({ client: 'service-a' }, ok(yearly(1), 0)),
      step({ client: 'service-a' }, over(yearly(1))),
      step({ client: 'service-b' }, ok(yearly(1), 0)),
    ],
  },
  {
    name: 'a key fits a request without a value',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ client: '' }, ok(yearly(5), 4)), step({ client: '' }, ok(yearly(5), 3))],
  },
  {
    name: 'a key and a value fit that value alone',
    rules: '[{key: client, value: service-a, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ client: 'service-a' }, ok(yearly(5), 4)), step({ client: 'service-b' }, free)],
  },
  {
    name: 'a key that no rule has is not limited',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ tenant: 'team-a' }, free), step({ tenant: 'team-a' }, free)],
  },
  {
    name: 'keys are case-sensitive',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ Client: 'service-a' }, free)],
  },
  {
    name: 'values are case-sensitive',
    rules: '[{key: client, value: service-a, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ client: 'Service-A' }, free)],
  },
  {
    name: 'a value goes before its key alone, whichever stands first',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: client, value: service-a, rate_limit: {unit: year, requests_per_unit: 2}}`,
    steps: [step({ client: 'service-a' }, ok(yearly(2), 1)), step({ client: 'service-b' }, ok(yearly(5), 4))],
  },
  {
    name: 'a value goes before a star that fits it, whichever stands first',
    rules: `
      - {key: client, value: service-*, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: client, value: service-a, rate_limit: {unit: year, requests_per_unit: 2}}`,
    steps: [step({ client: 'service-a' }, ok(yearly(2), 1)), step({ client: 'service-b' }, ok(yearly(5), 4))],
  },
  {
    name: 'a star goes before the key alone, whichever stands first',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: client, value: service-*, rate_limit: {unit: year, requests_per_unit: 2}}`,
    steps: [step({ client: 'service-a' }, ok(yearly(2), 1)), step({ client: 'person-a' }, ok(yearly(5), 4))],
  },
  {
    name: 'of several stars that fit, the first in the file is taken, not the longest',
    rules: `
      - {key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 1}}
      - {key: path, value: /a/b*, rate_limit: {unit: year, requests_per_unit: 2}}`,
    steps: [step({ path: '/a/b/c' }, ok(yearly(1), 0))],
  },
  {
    name: 'a longer star before a shorter one is taken for what it fits',
    rules: `
      - {key: path, value: /a/b*, rate_limit: {unit: year, requests_per_unit: 2}}
      - {key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 1}}`,
    steps: [step({ path: '/a/b/c' }, ok(yearly(2), 1)), step({ path: '/a/c' }, ok(yearly(1), 0))],
  },
  {
    name: 'a star also stands for nothing',
    rules: '[{key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ path: '/a' }, ok(yearly(5), 4)), step({ path: '/' }, free)],
  },
  {
    name: 'each value that a star fits is counted apart',
    rules: '[{key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 1}}]',
    steps: [step({ path: '/a/b' }, ok(yearly(1), 0)), step({ path: '/a/c' }, ok(yearly(1), 0))],
  },
  {
    name: 'a star alone fits every value',
    rules: `
      - {key: path, value: "*", rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: path, rate_limit: {unit: year, requests_per_unit: 1}}`,
    steps: [step({ path: '/a' }, ok(yearly(5), 4)), step({ path: '' }, ok(yearly(5), 4))],
  },
  {
    name: 'a request with the very text of a star meets it',
    rules: '[{key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ path: '/a*' }, ok(yearly(5), 4))],
  },
  {
    name: 'a star in the middle of a value stands for any run of characters',
    rules: '[{key: path, value: /users/*/orders, rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [
      step({ path: '/users/7/orders' }, ok(yearly(5), 4)),
      step({ path: '/users/7/8/orders' }, ok(yearly(5), 4)),
      step({ path: '/users//orders' }, ok(yearly(5), 4)),
      step({ path: '/users/7/order' }, free),
    ],
  },
  {
    name: 'several stars must be fitted in their order',
    rules: '[{key: path, value: /a*b*c, rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [
      step({ path: '/a1b2c' }, ok(yearly(5), 4)),
      step({ path: '/abc' }, ok(yearly(5), 4)),
      step({ path: '/acb' }, free),
      step({ path: '/abcd' }, free),
    ],
  },
  {
    name: 'the parts around a star do not overlap',
    rules: '[{key: path, value: ab*ba, rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [step({ path: 'aba' }, free), step({ path: 'abba' }, ok(yearly(5), 4))],
  },
  {
    name: 'a star at the start of a value fits by its end',
    rules: '[{key: host, value: "*.example.com", rate_limit: {unit: year, requests_per_unit: 5}}]',
    since: '2026-07',
    steps: [step({ host: 'api.example.com' }, ok(yearly(5), 4)), step({ host: 'example.com' }, free)],
  },
  {
    name: 'levels are matched one after the other',
    rules: `
      - key: tenant
        value: team-a
        descriptors:
          - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ tenant: 'team-a', client: 'service-a' }, ok(yearly(5), 4)),
      step({ tenant: 'team-b', client: 'service-a' }, free),
    ],
  },
  {
    name: 'entries in another order are another descriptor',
    rules: `
      - key: tenant
        descriptors:
          - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ client: 'service-a', tenant: 'team-a' }, free)],
  },
  {
    name: 'a descriptor with fewer entries than levels meets no rule',
    rules: `
      - key: tenant
        descriptors:
          - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ tenant: 'team-a' }, free)],
  },
  {
    name: 'a descriptor with more entries than levels meets no rule',
    rules: '[{key: tenant, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [
      step({ tenant: 'team-a', client: 'service-a' }, free),
      step({ tenant: 'team-a' }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'each level may have a limit of its own',
    rules: `
      - key: tenant
        rate_limit: {unit: year, requests_per_unit: 9}
        descriptors:
          - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ tenant: 'team-a' }, ok(yearly(9), 8)),
      step({ tenant: 'team-a', client: 'service-a' }, ok(yearly(5), 4)),
      step({ tenant: 'team-a' }, ok(yearly(9), 7)),
    ],
  },
  {
    name: 'a chosen level is final: the key alone is not tried again for what lies below it',
    rules: `
      - key: tenant
        value: team-a
        descriptors: [{key: client, rate_limit: {unit: year, requests_per_unit: 1}}]
      - key: tenant
        descriptors: [{key: path, rate_limit: {unit: year, requests_per_unit: 5}}]`,
    steps: [
      step({ tenant: 'team-a', path: '/' }, free),
      step({ tenant: 'team-b', path: '/' }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'below a star lie levels as below a value',
    rules: `
      - key: tenant
        value: team-*
        descriptors: [{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]`,
    steps: [
      step({ tenant: 'team-a', client: 'service-a' }, ok(yearly(5), 4)),
      step({ tenant: 'other', client: 'service-a' }, free),
    ],
  },
  {
    name: 'stars of a lower level are tried on that level',
    rules: `
      - key: tenant
        descriptors:
          - {key: path, value: /a*, rate_limit: {unit: year, requests_per_unit: 2}}
          - {key: path, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [
      step({ tenant: 'team-a', path: '/a/b' }, ok(yearly(2), 1)),
      step({ tenant: 'team-a', path: '/b' }, ok(yearly(5), 4)),
    ],
  },
  {
    name: 'a level without a limit lets pass',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 0}}, {key: client, value: service-a}]',
    steps: [step({ client: 'service-a' }, free), step({ client: 'service-b' }, over(yearly(0)))],
  },
  {
    name: 'a key may stand on two levels',
    rules: `
      - key: path
        descriptors: [{key: path, rate_limit: {unit: year, requests_per_unit: 5}}]`,
    steps: [step(path(['path', 'a'], ['path', 'b']), ok(yearly(5), 4)), step({ path: 'a' }, free)],
  },
  {
    name: 'five levels are matched',
    rules: `
      - key: a
        descriptors: [{key: b, descriptors: [{key: c, descriptors: [{key: d, descriptors: [
          {key: e, rate_limit: {unit: year, requests_per_unit: 5}}]}]}]}]`,
    steps: [
      step({ a: '1', b: '2', c: '3', d: '4', e: '5' }, ok(yearly(5), 4)),
      step({ a: '1', b: '2', c: '3', d: '4', e: '6' }, ok(yearly(5), 4)),
      step({ a: '1', b: '2', c: '3', d: '4' }, free),
    ],
  },
  {
    name: 'each descriptor of a request meets its own rule',
    rules: `
      - {key: client, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: tenant, rate_limit: {unit: year, requests_per_unit: 9}}
      - {key: path, rate_limit: {unlimited: true}}`,
    steps: [
      step(
        [{ client: 'service-a' }, { tenant: 'team-a' }, { path: '/' }, { host: 'h' }],
        [ok(yearly(5), 4), ok(yearly(9), 8), unlimited, free],
      ),
    ],
  },
  {
    name: 'a descriptor without entries meets no rule',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({}, free)],
  },
  {
    name: 'an entry without a key and a value meets no rule',
    rules: '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ '': '' }, free)],
  },
  {
    name: 'a domain without descriptors limits nothing',
    rules: '[]',
    steps: [step({ client: 'service-a' }, free)],
  },
  {
    name: 'a rule with an underscore in its key is not the rule of a key and a value',
    rules: `
      - {key: a_b, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ a_b: 'x' }, ok(yearly(5), 4)), step({ a: 'b' }, ok(yearly(5), 4))],
    differs: {
      why: 'collisions',
      steps: [step({ a_b: 'x' }, ok(yearly(5), 4)), step({ a: 'b' }, free)],
    },
  },
  {
    name: 'a key and a value do not share a bucket with another key and value of the same joined text',
    rules: `
      - {key: a, rate_limit: {unit: year, requests_per_unit: 5}}
      - {key: a_b, rate_limit: {unit: year, requests_per_unit: 5}}`,
    steps: [step({ a: 'b_c' }, ok(yearly(5), 4)), step({ a_b: 'c' }, ok(yearly(5), 3))],
    differs: {
      why: 'collisions',
      steps: [step({ a: 'b_c' }, ok(yearly(5), 4)), step({ a_b: 'c' }, ok(yearly(5), 4))],
    },
  },
  {
    name: 'a star in a key is a character like any other',
    rules: '[{key: cli*, rate_limit: {unit: year, requests_per_unit: 5}}]',
    steps: [step({ client: 'service-a' }, ok(yearly(5), 4)), step({ 'cli*': 'x' }, ok(yearly(5), 4))],
    differs: {
      why: 'collisions',
      steps: [step({ client: 'service-a' }, free), step({ 'cli*': 'x' }, ok(yearly(5), 4))],
    },
  },
];
