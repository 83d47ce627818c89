import { expect, it } from 'vitest';
import { modelConfig } from '../../../test/support/model-settings.ts';
import { limitsOf } from './budget-limits.ts';

const { budgets } = modelConfig(
  {},
  { tiers: { free: { day: 1, month: 10 } }, tenants: { acme: { day: 5 }, constructor: { month: 3 } } },
);

it.each([
  ['acme', 'free', { day: 5, month: 10 }],
  ['acme', 'pro', { day: 5, month: undefined }],
  ['other', 'free', { day: 1, month: 10 }],
  ['constructor', 'pro', { day: undefined, month: 3 }],
  ['other', 'pro', undefined],
  ['toString', 'hasOwnProperty', undefined],
])('the tenant %s of the tier %s may spend %j', (tenant, tier, expected) => {
  expect(limitsOf(budgets, { tenant, tier })).toEqual(expected);
});

it('a tier that there is not is a mistake of the configuration', () => {
  expect(() => modelConfig({}, { tiers: { fre: { day: 1 } } })).toThrow('expected one of the tiers');
  expect(() => modelConfig({ tierModels: { fre: {} } })).toThrow('expected one of the tiers');
});
