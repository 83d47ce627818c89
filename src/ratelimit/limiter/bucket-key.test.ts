import keySlot from 'cluster-key-slot';
import { describe, expect, it } from 'vitest';
import { redisKeys } from '../../redis/index.ts';
import type { Limit } from '../rules/rule.ts';
import { bucketKey } from './bucket-key.ts';

const keys = redisKeys('test');
const limit = (unit: Limit['unit']): Limit => ({
  name: '',
  requests: 1,
  unit,
  unitMultiplier: 1,
  algorithm: { kind: 'fixed_window', windowMs: 1 },
  shadowMode: false,
});

function slotOf(descriptor: Record<string, string>, unit: Limit['unit'], slotBy: string[] = []): number {
  const entries = Object.entries(descriptor).map(([key, value]) => ({ key, value }));
  return keySlot(bucketKey(keys, 'shop', entries, limit(unit), slotBy));
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
