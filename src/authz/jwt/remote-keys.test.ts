import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlgorithmName } from './algorithm.ts';
import { type KeySet, keySetFromPem } from './key-set.ts';
import type { KeySource } from './key-source.ts';
import { startRemoteKeys } from './remote-keys.ts';

const MINUTE_MS = 60_000;

function newKeys(): KeySet {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return keySetFromPem(pem, new Set<AlgorithmName>(['EdDSA']));
}

let fetches: number;
let answer: () => Promise<KeySet>;
let changes: KeySet[];
let source: KeySource;
beforeEach(() => {
  vi.useFakeTimers();
  fetches = 0;
  changes = [];
});
afterEach(() => {
  source.close();
  vi.useRealTimers();
});

function start(): KeySource {
  source = startRemoteKeys({
    fetch() {
      fetches += 1;
      return answer();
    },
    refreshIntervalMs: 10 * MINUTE_MS,
    minIntervalMs: MINUTE_MS / 2,
    maxStaleMs: 60 * MINUTE_MS,
    failures: { failed() {}, succeeded() {} },
    changed: (keys) => void changes.push(keys),
    now: () => performance.now(),
  });
  return source;
}

const down = () => Promise.reject(new Error('away'));
const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('keys that are fetched', () => {
  test('are fetched at the start, without anybody asking, and again at intervals', async () => {
    const keys = newKeys();
    answer = async () => keys;
    expect(start().current()).toBeUndefined();
    await tick(0);
    expect(source.current()).toBe(keys);
    await tick(10 * MINUTE_MS);
    expect(fetches).toBe(2);
  });

  test('are told of when they change, and stay the same object when they do not', async () => {
    const [first, second] = [newKeys(), newKeys()];
    answer = async () => first;
    start();
    await tick(20 * MINUTE_MS);
    answer = async () => second;
    await tick(10 * MINUTE_MS);
    expect(changes).toEqual([first, second]);
    expect(source.current()).toBe(second);
  });

  test('are fetched when a token asks, but not within the floor between two fetches', async () => {
    const keys = newKeys();
    answer = async () => keys;
    start();
    await tick(0);
    expect(await source.refresh()).toBe(true);
    expect(fetches).toBe(1);
    await tick(MINUTE_MS / 2);
    const asked = [source.refresh(), source.refresh(), source.refresh()];
    expect(await Promise.all(asked)).toEqual([true, true, true]);
    expect(fetches).toBe(2);
  });

  test('count on while the issuer is down, up to maxStale', async () => {
    const keys = newKeys();
    answer = async () => keys;
    start();
    await tick(0);
    answer = down;
    await tick(60 * MINUTE_MS);
    expect(source.current()).toBe(keys);
    expect(await source.refresh()).toBe(false);
    await tick(MINUTE_MS);
    expect(source.current()).toBeUndefined();
    answer = async () => keys;
    await tick(MINUTE_MS / 2);
    expect(source.current()).toBe(keys);
  });

  test('are tried again after one second, then ever later, up to the floor', async () => {
    answer = down;
    start();
    const seen: number[] = [];
    for (let second = 0; second < 100; second += 1) {
      const before = fetches;
      await tick(1000);
      if (fetches > before) seen.push(second + 1);
    }
    expect(seen).toEqual([1, 3, 7, 15, 31, 61, 91]);
  });

  test('are not asked for by tokens while the issuer is down and was just tried', async () => {
    answer = down;
    start();
    await tick(0);
    for (let token = 0; token < 100; token += 1) expect(await source.refresh()).toBe(false);
    expect(fetches).toBe(1);
  });

  test('are fetched no more once closed', async () => {
    answer = async () => newKeys();
    start();
    source.close();
    await tick(60 * MINUTE_MS);
    await source.refresh();
    expect(fetches).toBe(1);
    expect(changes).toEqual([]);
  });
});
