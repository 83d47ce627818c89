import { type Case, failingStep, free, ok, step, yearly } from '../case.ts';

const RULES = '[{key: client, rate_limit: {unit: year, requests_per_unit: 5}}]';
const A = { client: 'service-a' };

/** Domains, and requests that make no sense. */
export const requests: readonly Case[] = [
  {
    name: 'a domain without rules limits nothing',
    rules: RULES,
    steps: [step(A, free, { domain: 'nowhere' }), step([A, A], [free, free], { domain: 'nowhere' })],
  },
  {
    name: 'a domain is case-sensitive',
    rules: RULES,
    steps: [step(A, free, { domain: 'A-DOMAIN-IS-CASE-SENSITIVE' })],
  },
  {
    name: 'a request without a domain is an error, and is not counted',
    rules: RULES,
    steps: [failingStep(A, { domain: '' }), step(A, ok(yearly(5), 4))],
  },
  {
    name: 'a request without descriptors is an error',
    rules: RULES,
    steps: [failingStep([])],
  },
  {
    name: 'a request without descriptors for an unknown domain is an error too',
    rules: RULES,
    steps: [failingStep([], { domain: 'nowhere' })],
  },
  {
    name: 'the same descriptor in two domains is counted apart',
    rules: RULES,
    steps: [
      step(A, ok(yearly(5), 4)),
      step(A, ok(yearly(7, 'other'), 6), { domain: 'shared' }),
      step(A, ok(yearly(5), 3)),
    ],
  },
  {
    name: 'a name of a limit in one domain is not replaced from another',
    rules:
      '[{key: client, rate_limit: {name: mine, replaces: [{name: other}], unit: year, requests_per_unit: 5}}]',
    steps: [
      step(A, ok(yearly(5, 'mine'), 4)),
      step({ tenant: 'team-b' }, ok(yearly(7, 'other'), 6), { domain: 'shared' }),
    ],
  },
];

/** A domain beside those of the cases. */
export const SHARED_DOMAIN = `
domain: shared
descriptors:
  - {key: client, rate_limit: {name: other, unit: year, requests_per_unit: 7}}
  - {key: tenant, rate_limit: {name: other, unit: year, requests_per_unit: 7}}
`;
