import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { inspectionPolicies } from './policy.ts';

const policies = (...set: string[]) =>
  inspectionPolicies(loadConfig({ set: set.map((one) => `inspection.${one}`), dataDir: tmpdir(), cwd: '/' }));
const POLICIES = JSON.stringify({
  'free-code': { routes: ['submit'], tiers: ['free'], thresholds: { reject: 0.7 }, files: 'reject' },
  free: { tiers: ['free'], preset: 'guide' },
  trial: { tiers: ['team'], shadow: true },
  trusted: { tiers: ['enterprise'], enabled: false },
});

test('without policies all submissions are judged by what is said for all', () => {
  expect(policies('shadow=true', 'thresholds.flag=0.4')('submit', 'pro')).toEqual({
    name: 'default',
    preset: 'default',
    thresholds: { flag: 0.4, reject: 0.9 },
    files: 'flag',
    shadow: true,
  });
  expect(policies('enabled=false')('submit', 'pro')).toBeUndefined();
});

describe('of the policies', () => {
  const choose = policies(`policies=${POLICIES}`, 'thresholds.flag=0.4');

  test('the first counts that fits the route and the tier, with what is said for all', () => {
    expect(choose('submit', 'free')).toEqual({
      name: 'free-code',
      preset: 'default',
      thresholds: { flag: 0.4, reject: 0.7 },
      files: 'reject',
      shadow: false,
    });
    expect(choose('review', 'free')).toMatchObject({ name: 'free', preset: 'guide', files: 'flag' });
    expect(choose('review', 'team')).toMatchObject({ name: 'trial', shadow: true });
    expect(choose('submit', 'pro')).toMatchObject({ name: 'default', shadow: false });
  });

  test('one can switch inspection off', () => {
    expect(choose('submit', 'enterprise')).toBeUndefined();
  });
});

describe('a configuration is refused', () => {
  test.each([
    [
      'with a policy for a tier that there is not',
      'policies={"a":{"tiers":["gold"]}}',
      'inspection.policies.a.tiers.0: expected one of the tiers free, standard, pro, team, enterprise',
    ],
    [
      'with a policy for a route that there is not',
      'policies={"a":{"routes":["submits"]}}',
      'inspection.policies.a.routes.0: expected one of the routes submit, read',
    ],
    [
      'where more would be rejected than flagged',
      'thresholds.reject=0.4',
      'inspection.thresholds.flag: expected at most thresholds.reject, which is 0.4; flag is 0.5',
    ],
    [
      'where more would be rejected than flagged by a policy',
      'policies={"a":{"thresholds":{"flag":0.95}}}',
      'inspection.policies.a.thresholds.flag: expected at most thresholds.reject, which is 0.9',
    ],
    ['with a policy named default', 'policies={"default":{}}', 'other than default'],
  ])('%s', (_, set, message) => {
    expect(() => policies(set)).toThrow(message);
  });
});
