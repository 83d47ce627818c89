import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DescriptorEntry } from '../rules/match.ts';
import { type LimitOverride, type OverrideTarget, overrideId } from './override.ts';
import { createOverrideSet, NO_OVERRIDES } from './override-set.ts';

const KEYS = ['client', 'tenant', 'tier'];
const VALUES = ['a', 'b', 'ab', '1:a', ''];

const entries = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES));
const override = fc.record({
  domain: fc.constantFrom('shop', 'bank'),
  limit: fc.constantFrom('minute', 'hour'),
  entries,
  requests: fc.nat({ max: 100 }),
  setAt: fc.constant('2026-01-01T00:00:00.000Z'),
  setBy: fc.constant('test'),
  expiresAt: fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'), {
    nil: undefined,
  }),
}) as fc.Arbitrary<LimitOverride>;
/** One for each target, as in Redis. */
const overrides = fc.uniqueArray(override, { selector: overrideId, maxLength: 30 });
const descriptor: fc.Arbitrary<DescriptorEntry[]> = fc.array(
  fc.record({ key: fc.constantFrom(...KEYS, 'other'), value: fc.constantFrom(...VALUES) }),
  { maxLength: 5 },
);
const NOW = Date.parse('2026-01-02T00:00:00.000Z');

/** Whether a descriptor has all of an override's entries. Of a key that it has twice the first entry counts. */
function concerns(entries: OverrideTarget['entries'], descriptor: readonly DescriptorEntry[]): boolean {
  return Object.entries(entries).every(
    ([key, value]) => descriptor.find((entry) => entry.key === key)?.value === value,
  );
}

/** All of them, one after the other. */
function findSlowly(all: readonly LimitOverride[], domain: string, limit: string, asked: DescriptorEntry[]) {
  const keys = ({ entries: named }: LimitOverride) => Object.keys(named).sort();
  return all
    .filter((each) => each.domain === domain && each.limit === limit && concerns(each.entries, asked))
    .filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > NOW)
    .sort((a, b) => keys(b).length - keys(a).length || (keys(a).join() < keys(b).join() ? -1 : 1))[0];
}

describe('the overrides in force', () => {
  it('are found as by going through all of them: most entries first, expired ones passed over', () => {
    fc.assert(
      fc.property(overrides, descriptor, (all, asked) => {
        const set = createOverrideSet(all, () => NOW);
        expect(set.size).toBe(all.length);
        for (const domain of ['shop', 'bank', 'none']) {
          for (const limit of ['minute', 'hour', 'day']) {
            expect(set.find(domain, limit, asked)).toEqual(findSlowly(all, domain, limit, asked));
          }
        }
      }),
    );
  });

  it('are taken by the alphabet of their keys, not by their length, where as many entries are named', () => {
    const base = { domain: 'd', limit: 'l', setAt: '', setBy: '', requests: 1 };
    const [tier, client] = [{ tier: 'pro' }, { client: 'a' }].map((named) => ({ ...base, entries: named }));
    const asked = [
      { key: 'tier', value: 'pro' },
      { key: 'client', value: 'a' },
    ];
    for (const all of [
      [tier, client],
      [client, tier],
    ] as LimitOverride[][]) {
      expect(createOverrideSet(all, Date.now).find('d', 'l', asked)).toEqual(client);
    }
  });

  it('are none where none are set, whatever is asked', () => {
    expect(createOverrideSet([], Date.now)).toBe(NO_OVERRIDES);
    expect(NO_OVERRIDES.find('shop', 'minute', [])).toBeUndefined();
  });

  it('do not take one value for two, or two for one', () => {
    const base = { domain: 'd', limit: 'l', setAt: '', setBy: '', requests: 1 };
    const set = createOverrideSet([{ ...base, entries: { a: '1', b: '1:2' } }], Date.now);
    const found = (a: string, b: string) =>
      set.find('d', 'l', [
        { key: 'a', value: a },
        { key: 'b', value: b },
      ]);
    expect(found('1', '1:2')).toBeDefined();
    expect(found('11', ':2')).toBeUndefined();
  });
});

describe('the id of an override', () => {
  it('is the same for the same target, in whatever order its entries come', () => {
    const of = (named: Record<string, string>) => overrideId({ domain: 'd', limit: 'l', entries: named });
    expect(of({ a: '1', b: '2' })).toBe(of({ b: '2', a: '1' }));
    expect(of({ a: '1', b: '2' })).not.toBe(of({ a: '2', b: '1' }));
    expect(of({})).toMatch(/^[0-9a-f]{16}$/);
  });
});
