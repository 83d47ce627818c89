import { beforeEach, describe, expect, test } from 'vitest';
import { AuthzError } from '../errors.ts';
import { createKeyLookup, type KeyLookup, type LookupSource } from './lookup.ts';
import type { ApiKeyRecord } from './record.ts';

const TTL_MS = 30_000;
const MAX_ENTRIES = 3;
const recordOf = (client: string): ApiKeyRecord => ({
  id: `key_${client}`,
  client,
  tenant: 'default',
  tier: 'pro',
  createdAt: '2026-01-01T00:00:00.000Z',
});

/** By digest. */
let records: Map<string, ApiKeyRecord>;
/** Digests, in the order in which they were asked for. */
let asked: string[];
let sources: LookupSource[];
let find: (digest: string) => Promise<ApiKeyRecord | undefined>;
let isCurrent: boolean;
let nowMs: number;
let lookup: KeyLookup;
beforeEach(() => {
  records = new Map([['digest of a', recordOf('a')]]);
  asked = [];
  sources = [];
  find = async (digest) => records.get(digest);
  isCurrent = true;
  nowMs = 0;
  lookup = createKeyLookup({
    store: {
      digest: (apiKey) => `digest of ${apiKey}`,
      find(digest) {
        asked.push(digest);
        return find(digest);
      },
    },
    isCurrent: () => isCurrent,
    ttlMs: TTL_MS,
    maxEntries: MAX_ENTRIES,
    now: () => nowMs,
    onLookup: (source) => void sources.push(source),
  });
});

const clientOf = async (apiKey: string) => (await lookup.find(apiKey))?.principal.client;

/** Has the store wait with its next answer. */
function holdAnswer(): () => void {
  const held = Promise.withResolvers<void>();
  const answer = find;
  find = async (digest) => {
    const found = records.get(digest);
    await held.promise;
    return found;
  };
  return () => {
    find = answer;
    held.resolve();
  };
}

describe('a key that was looked up', () => {
  test('is given at once the next time, without asking the store', async () => {
    const first = lookup.find('a');
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(lookup.find('a')).toMatchObject({ principal: { client: 'a' } });
    expect(asked).toEqual(['digest of a']);
    expect(sources).toEqual(['store', 'memory']);
  });

  test('is looked up again after the time to live', async () => {
    await clientOf('a');
    nowMs = TTL_MS - 1;
    await clientOf('a');
    nowMs = TTL_MS;
    await clientOf('a');
    expect(sources).toEqual(['store', 'memory', 'store']);
  });

  test('is looked up again once it was changed', async () => {
    await clientOf('a');
    records.set('digest of a', recordOf('b'));
    lookup.forget('digest of a');
    expect(await clientOf('a')).toBe('b');
  });

  test('is looked up each time while changes are not heard of', async () => {
    await clientOf('a');
    isCurrent = false;
    records.delete('digest of a');
    expect(await clientOf('a')).toBeUndefined();
    expect(sources).toEqual(['store', 'store']);
  });

  test('still counts for the time to live while the store is away, and no longer', async () => {
    await clientOf('a');
    isCurrent = false;
    find = () => Promise.reject(new Error('away'));
    nowMs = TTL_MS - 1;
    expect(await clientOf('a')).toBe('a');
    expect(sources).toEqual(['store', 'stale']);
    nowMs = TTL_MS;
    await expect(clientOf('a')).rejects.toThrow('away');
  });

  test('does not count when it was changed, also while the store is away', async () => {
    await clientOf('a');
    lookup.forget('digest of a');
    find = () => Promise.reject(new Error('away'));
    await expect(clientOf('a')).rejects.toThrow('away');
  });

  test('does not count when its record is damaged by now', async () => {
    await clientOf('a');
    isCurrent = false;
    find = () => Promise.reject(new AuthzError('corrupt_record', 'damaged'));
    await expect(clientOf('a')).rejects.toThrow('damaged');
  });
});

describe('a key that does not exist', () => {
  test('is remembered for five seconds', async () => {
    await clientOf('x');
    nowMs = 4_999;
    expect(lookup.find('x')).toBeUndefined();
    nowMs = 5_000;
    await clientOf('x');
    expect(sources).toEqual(['store', 'memory', 'store']);
  });

  test('counts as soon as it is announced that it was made', async () => {
    await clientOf('x');
    records.set('digest of x', recordOf('x'));
    lookup.forget('digest of x');
    expect(await clientOf('x')).toBe('x');
  });

  test('takes no place from those that do', async () => {
    await clientOf('a');
    for (let guess = 0; guess < 10 * MAX_ENTRIES; guess += 1) await clientOf(`guess ${guess}`);
    expect(lookup.find('a')).toMatchObject({ principal: { client: 'a' } });
    expect(lookup.size()).toBe(1 + MAX_ENTRIES);
  });

  test('is not an answer while the store is away', async () => {
    await clientOf('x');
    isCurrent = false;
    find = () => Promise.reject(new Error('away'));
    await expect(clientOf('x')).rejects.toThrow('away');
  });
});

describe('while a lookup is under way', () => {
  test('others wait for the same answer', async () => {
    const answer = holdAnswer();
    const found = [clientOf('a'), clientOf('a'), clientOf('a')];
    answer();
    expect(await Promise.all(found)).toEqual(['a', 'a', 'a']);
    expect(asked).toHaveLength(1);
  });

  test('and the key is revoked, its answer is not remembered', async () => {
    const answer = holdAnswer();
    const before = clientOf('a');
    records.delete('digest of a');
    lookup.forget('digest of a');
    answer();
    await before;
    expect(await clientOf('a')).toBeUndefined();
  });

  test('and the key is revoked, whoever asks from then on does not get the old answer', async () => {
    const answer = holdAnswer();
    const before = clientOf('a');
    records.delete('digest of a');
    lookup.forget('digest of a');
    const after = clientOf('a');
    answer();
    expect(await after).toBeUndefined();
    expect(await before).toBe('a');
    expect(lookup.find('a')).toBeUndefined();
  });

  test('and everything is forgotten, its answer is not remembered either', async () => {
    const answer = holdAnswer();
    const before = clientOf('a');
    lookup.forgetAll();
    answer();
    await before;
    expect(lookup.size()).toBe(0);
  });

  test('and fails, all who wait are told, and the next one asks again', async () => {
    find = () => Promise.reject(new Error('away'));
    const results = await Promise.allSettled([clientOf('a'), clientOf('a')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    find = async (digest) => records.get(digest);
    expect(await clientOf('a')).toBe('a');
    expect(asked).toHaveLength(2);
  });
});

test('no more keys are remembered than there may be', async () => {
  for (let key = 0; key < 10 * MAX_ENTRIES; key += 1) {
    records.set(`digest of ${key}`, recordOf(`c${key}`));
    await clientOf(String(key));
  }
  expect(lookup.size()).toBe(MAX_ENTRIES);
});
