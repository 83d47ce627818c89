import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { describeLimit } from './describe-limit.ts';
import { loadRules } from './load.ts';
import { matchRule } from './match.ts';
import { placedLimits } from './named-limits.ts';
import type { Limit } from './rule.ts';

const SHIPPED = fileURLToPath(new URL('../../../config/ratelimit/gatehouse.yaml', import.meta.url));
const { rules, warnings } = await loadRules([SHIPPED]);
const domain = rules.get('gatehouse');
if (domain === undefined) throw new Error('the shipped rules have no domain gatehouse');

function ruleFor(entries: Record<string, string>) {
  const rule = matchRule(
    domain?.tree as never,
    Object.entries(entries).map(([key, value]) => ({ key, value })),
  )?.rule;
  const limits = rule === undefined || rule.limits === 'unlimited' ? [] : rule.limits;
  return { rule, limits };
}

const limitsOf = (entries: Record<string, string>) =>
  Object.fromEntries(ruleFor(entries).limits.map((limit: Limit) => [limit.name, describeLimit(limit)]));
const client = { tenant: 'default', client: 'service-a' };
const submissions = (tier: string) => limitsOf({ calls: 'submit', tier, ...client });
const reads = (tier: string) => limitsOf({ calls: 'read', tier, ...client });

describe('the shipped rules', () => {
  it('charge a refused request to none of its limits, and nothing in them is doubtful', () => {
    expect(ruleFor({ calls: 'submit', tier: 'pro', ...client }).rule?.denied).toBe('free');
    expect(warnings).toEqual([]);
  });

  it.each([
    ['free', 10, 100],
    ['standard', 60, 500],
    ['pro', 60, 1000],
    ['enterprise', 300, 10_000],
  ])(
    'allow a client of tier %s %i submissions a minute and %i an hour, and ten times as many reads',
    (tier, minute, hour) => {
      expect(submissions(tier)).toEqual({
        [`${tier}-submit-minute`]: `${minute} requests per minute`,
        [`${tier}-submit-hour`]: `${hour} requests per hour`,
      });
      expect(reads(tier)).toEqual({
        [`${tier}-read-minute`]: `${minute * 10} requests per minute`,
        [`${tier}-read-hour`]: `${hour * 10} requests per hour`,
      });
    },
  );

  it('allow a client of the plan team 10 submissions a second, 50 at once, and 5,000 in a calendar month', () => {
    expect(submissions('team')).toEqual({
      'team-submit-second': '10 requests per second, 50 at once',
      'team-submit-month': '5000 requests per calendar month (UTC)',
    });
  });

  it.each([
    ['free', 2],
    ['standard', 5],
    ['pro', 10],
    ['team', 50],
    ['enterprise', 50],
  ])('allow a client of tier %s %i open streams', (tier, streams) => {
    expect(limitsOf({ streams: 'open', tier, ...client })).toEqual({
      [`${tier}-streams`]: `${streams} requests at a time`,
    });
  });

  it.each([
    ['free', 2_000, 1_000_000],
    ['standard', 12_000, 5_000_000],
    ['pro', 12_000, 10_000_000],
    ['team', 120_000, 10_000_000],
    ['enterprise', 60_000, 100_000_000],
  ])('allow a tenant of tier %s %i units a minute in all, and %i tokens an hour', (tier, units, tokens) => {
    expect(limitsOf({ calls: 'all', tier, tenant: 'default' })).toEqual({
      [`${tier}-tenant-minute`]: `${units} requests per minute`,
    });
    expect(limitsOf({ budget: 'tokens', tier, tenant: 'default' })).toEqual({
      [`${tier}-tokens-hour`]: `${tokens} requests per hour`,
    });
  });

  it('charge tokens that were used also where the budget does not reach', () => {
    for (const tier of ['free', 'standard', 'pro', 'team', 'enterprise', 'gold']) {
      expect(ruleFor({ budget: 'tokens', tier, tenant: 'default' }).rule?.denied).toBe('consume');
    }
  });

  it('limit a tier that they do not know like free', () => {
    expect(submissions('gold')).toEqual(submissions('free'));
    expect(reads('gold')).toEqual(reads('free'));
    expect(limitsOf({ calls: 'all', tier: 'gold', tenant: 'a' })).toHaveProperty('free-tenant-minute');
    expect(limitsOf({ streams: 'open', tier: 'gold', ...client })).toHaveProperty('free-streams');
    expect(limitsOf({ budget: 'tokens', tier: 'gold', tenant: 'a' })).toHaveProperty('free-tokens-hour');
  });

  it('have figures for every tier that the configuration has by default, each limit with a name of its own', () => {
    const tiers = Object.keys(loadConfig({ dataDir: '.', cwd: '.' }).tiers);
    const placed = [...placedLimits(domain.tree)];
    for (const tier of tiers) {
      expect(Object.keys(submissions(tier))[0]).toMatch(new RegExp(`^${tier}-`));
      expect(placed.filter(({ limit }) => limit.name.startsWith(`${tier}-`)).length).toBeGreaterThanOrEqual(
        6,
      );
    }
    expect(placed.every(({ limit }) => limit.name !== '')).toBe(true);
  });
});
