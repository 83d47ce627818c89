import keySlot from 'cluster-key-slot';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import { compileRules } from '../rules/compile.ts';
import { type DescriptorEntry, matchRule } from '../rules/match.ts';
import { parseRules } from '../rules/parse.ts';
import type { Limit, Rule, RuleMatch } from '../rules/rule.ts';
import { BucketKeys } from './bucket-key.ts';

const keys = redisKeys('test');
const limit = (unit: Limit['unit']): Limit => ({
  name: '',
  requests: 1,
  unit,
  unitMultiplier: 1,
  algorithm: { kind: 'fixed_window', windowMs: 1 },
  shadowMode: false,
});

/** As of a limit that a request brings along. */
function matchOf(unit: Limit['unit'], slotBy: string[]): RuleMatch {
  const rule: Rule = {
    place: undefined,
    label: '',
    name: '',
    limits: [limit(unit)],
    denied: 'free',
    slotBy,
    quotaMode: false,
    replaces: [],
    detailedMetric: false,
    metadata: undefined,
  };
  return { rule, path: [] };
}

function keyOf(match: RuleMatch, entries: readonly DescriptorEntry[], place = 0): string {
  const bucketKeys = new BucketKeys(keys, 'shop', match);
  return bucketKeys.keyOf(place, bucketKeys.nameOf(entries), bucketKeys.slotOf(entries));
}

const entriesOf = (descriptor: Record<string, string>) =>
  Object.entries(descriptor).map(([key, value]) => ({ key, value }));

function slotOf(descriptor: Record<string, string>, unit: Limit['unit'], slotBy: string[] = []): number {
  return keySlot(keyOf(matchOf(unit, slotBy), entriesOf(descriptor)));
}

describe('the hash slot of a bucket', () => {
  it('is the same for all limits of a descriptor, and another for another descriptor', () => {
    expect(slotOf({ client: 'a' }, 'minute')).toBe(slotOf({ client: 'a' }, 'hour'));
    expect(slotOf({ client: 'a' }, 'minute')).not.toBe(slotOf({ client: 'b' }, 'minute'));
  });

  it('is the same for all descriptors with the same values of slot_by, in whatever order they have them', () => {
    const slotBy = ['tenant', 'client'];
    const slot = slotOf({ tenant: 't', client: 'a', per: 'minute' }, 'minute', slotBy);
    expect(slotOf({ per: 'hour', client: 'a', tenant: 't' }, 'hour', slotBy)).toBe(slot);
    expect(slotOf({ tenant: 't', client: 'b', per: 'minute' }, 'minute', slotBy)).not.toBe(slot);
  });

  it('is its own for a descriptor that has none of slot_by', () => {
    expect(slotOf({ path: '/a' }, 'minute', ['tenant'])).toBe(slotOf({ path: '/a' }, 'minute'));
  });

  it.each(['}', '{', '{}', '}{'])('is told from the value also where that holds %s', (value) => {
    expect(slotOf({ client: value }, 'minute')).toBe(slotOf({ client: value }, 'hour'));
  });
});

describe('the key of a bucket', () => {
  const { domain } = parseRules(
    'rules.yaml',
    `domain: shop
descriptors:
  - key: 'a "quoted" key'
    descriptors:
      - {key: b, rate_limit: {unit: minute, requests_per_unit: 1}}
`,
  );
  const tree = compileRules(domain ? [domain] : []).rules.get('shop')?.tree;
  if (tree === undefined) throw new Error('the domain is missing');

  it('has the entries as JSON, also where that has to escape them', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('\ud800', '"', '\\', '\u0007'),
    );
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const entries = entriesOf({ 'a "quoted" key': a, b });
        const match = matchRule(tree, entries);
        const name = JSON.stringify(['a "quoted" key', a, 'b', b]);
        expect(match && keyOf(match, entries)).toBe(`test:limit:shop:{${name}}:minute`);
      }),
    );
  });
});
