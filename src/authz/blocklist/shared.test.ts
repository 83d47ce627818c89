import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../credentials/principal.ts';
import type { Blocklist } from './blocklist.ts';
import { createBlocklistCopy } from './copy.ts';
import type { BlockTerms } from './entry.ts';
import { createSharedBlocklist } from './shared.ts';

const NOW_MS = 1_000_000;
const PRINCIPAL: Principal = {
  client: 'service-a',
  tenant: 'acme',
  tier: 'pro',
  keyId: 'key_1',
  authMethod: 'api_key',
  roles: [],
  scopes: [],
  permissions: {},
};

let entries: Map<string, BlockTerms>;
let asked: number;
let isAway: boolean;
let isCurrent: boolean;
let told: string[];
let copy: ReturnType<typeof createBlocklistCopy>;
beforeEach(() => {
  entries = new Map();
  asked = 0;
  isAway = false;
  isCurrent = true;
  told = [];
  copy = createBlocklistCopy({ all: async () => new Map(entries) });
});

function blocklist(onStoreFailure: 'deny' | 'lastKnown' = 'deny'): Blocklist {
  return createSharedBlocklist({
    copy,
    store: {
      async find(fields) {
        asked += 1;
        if (isAway) throw new Error('away');
        return fields.flatMap((field) => entries.get(field) ?? []);
      },
    },
    isCurrent: () => isCurrent,
    onStoreFailure,
    onFailure: (error) => void told.push(String(error)),
    onSuccess: () => void told.push('asked'),
    now: () => NOW_MS,
  });
}
const load = async () => (await copy.load())();

describe('with a current copy', () => {
  test('the answer is there at once, without asking the store', async () => {
    entries.set('key_id:key_1', { blockedMs: 0 });
    await load();
    expect(blocklist().check(PRINCIPAL)).toBe('blocked');
    expect(blocklist().check({ ...PRINCIPAL, keyId: 'key_2' })).toBe('clear');
    expect(asked).toBe(0);
  });

  test('a change counts from when it is announced', async () => {
    await load();
    copy.apply(JSON.stringify(['subject:*/service-a', '{"blockedMs":0}']));
    expect(blocklist().check(PRINCIPAL)).toBe('blocked');
    copy.apply(JSON.stringify(['subject:*/service-a']));
    expect(blocklist().check(PRINCIPAL)).toBe('clear');
  });

  test('an entry that has ended counts no more, and leaves the memory', async () => {
    entries.set('key_id:key_1', { blockedMs: 0, untilMs: NOW_MS }).set('jti:x', { blockedMs: 0 });
    await load();
    expect(blocklist().check(PRINCIPAL)).toBe('clear');
    expect(copy.size()).toBe(2);
    copy.sweep(NOW_MS);
    expect(copy.size()).toBe(1);
  });

  test('a change that is damaged is an error, not a pass', async () => {
    await load();
    expect(() => copy.apply('["key_id:key_1","{}"]')).toThrow('damaged');
    expect(() => copy.apply('["other:x","{\\"blockedMs\\":0}"]')).toThrow('damaged');
  });
});

describe('without a current copy', () => {
  beforeEach(() => {
    isCurrent = false;
  });

  test('the store is asked, and what it says counts', async () => {
    await load();
    entries.set('key_id:key_1', { blockedMs: 0 });
    expect(await blocklist().check(PRINCIPAL)).toBe('blocked');
    expect(await blocklist().check({ ...PRINCIPAL, keyId: 'key_2' })).toBe('clear');
    expect(told).toEqual(['asked', 'asked']);
  });

  test('and while the store is away nothing passes by default', async () => {
    await load();
    isAway = true;
    expect(await blocklist('deny').check(PRINCIPAL)).toBe('unavailable');
    expect(told).toEqual(['Error: away']);
  });

  test('and while the store is away what was last known counts, where the operator chose that', async () => {
    entries.set('key_id:key_1', { blockedMs: 0 });
    await load();
    isAway = true;
    expect(await blocklist('lastKnown').check(PRINCIPAL)).toBe('blocked');
    expect(await blocklist('lastKnown').check({ ...PRINCIPAL, keyId: 'key_2' })).toBe('clear');
  });

  test('and where nothing was ever known nothing passes, whatever the operator chose', async () => {
    isAway = true;
    expect(await blocklist('lastKnown').check(PRINCIPAL)).toBe('unavailable');
  });
});
