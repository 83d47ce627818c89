import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Listener } from '../../redis/index.ts';
import { type Follower, followChanges, MAX_UNCONFIRMED_MS } from './follow.ts';

/** A store whose only content is a set of names. */
const store = { version: 0, names: new Set<string>(), fails: false };
let copy: Set<string>;
let loads: number;
let reconnects: number;
let failures: string[];
let nowMs: number;
let announce: Listener;
let interrupt: () => void;
let follower: Follower;
/** Called while a load is under way. */
let duringLoad: () => void | Promise<void>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  Object.assign(store, { version: 0, names: new Set(), fails: false });
  copy = new Set();
  loads = 0;
  reconnects = 0;
  failures = [];
  nowMs = 1_000;
  duringLoad = () => {};
  follower = followChanges({
    announcements: {
      listen(_, listener) {
        announce = listener;
        return () => {};
      },
      onInterruption(listener) {
        interrupt = listener;
        return () => {};
      },
      reconnect() {
        reconnects += 1;
      },
    },
    channel: 'changes',
    async storedVersion() {
      if (store.fails) throw new Error('away');
      return store.version;
    },
    copy: {
      async load() {
        loads += 1;
        const read = new Set(store.names);
        await duringLoad();
        return () => {
          copy = read;
        };
      },
      apply(name) {
        if (name === 'damaged') throw new Error('damaged');
        copy.add(name);
      },
    },
    onFailure: (error) => void failures.push(String(error)),
    now: () => nowMs,
  });
});
afterEach(() => {
  follower.close();
  vi.useRealTimers();
});

/** Changes the store; announces it unless the announcement gets lost. */
function change(name: string, { lost = false } = {}): void {
  store.version += 1;
  store.names.add(name);
  if (!lost) announce(`${store.version} ${name}`);
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
async function subscribe(): Promise<void> {
  announce(undefined);
  await settle();
}
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    nowMs += 100;
    vi.advanceTimersByTime(100);
    await settle();
  }
}

describe('a copy is current', () => {
  test('not before it is subscribed and loaded', async () => {
    expect(follower.isCurrent()).toBe(false);
    await pass(5_000);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: false, loads: 0 });
    await subscribe();
    expect(follower.isCurrent()).toBe(true);
  });

  test('as long as the store confirms it, without being loaded again', async () => {
    await subscribe();
    await pass(60_000);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 1 });
  });

  test('no more from the moment that the subscription is lost, until it is loaded again', async () => {
    await subscribe();
    interrupt();
    expect(follower.isCurrent()).toBe(false);
    change('missed', { lost: true });
    await pass(5_000);
    expect(follower.isCurrent()).toBe(false);
    await subscribe();
    expect(follower.isCurrent()).toBe(true);
    expect(copy).toContain('missed');
  });

  test('no more once the store has not confirmed it for MAX_UNCONFIRMED_MS, and again when it does', async () => {
    await subscribe();
    store.fails = true;
    await pass(MAX_UNCONFIRMED_MS);
    expect(follower.isCurrent()).toBe(true);
    await pass(100);
    expect(follower.isCurrent()).toBe(false);
    expect(failures).toContain('Error: away');
    store.fails = false;
    await pass(1_000);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 1 });
  });

  test('not after a load that failed, until one succeeds', async () => {
    store.fails = true;
    await subscribe();
    expect(follower.isCurrent()).toBe(false);
    store.fails = false;
    await pass(500);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 1 });
  });

  test('no more once it is closed', async () => {
    await subscribe();
    follower.close();
    change('late');
    expect(follower.isCurrent()).toBe(false);
    expect(copy.size).toBe(0);
  });
});

describe('a change', () => {
  test('is applied as it is announced', async () => {
    await subscribe();
    change('a');
    change('b');
    expect([...copy]).toEqual(['a', 'b']);
    expect(loads).toBe(1);
  });

  test('that is announced during a load is applied after it', async () => {
    duringLoad = () => change('meanwhile');
    await subscribe();
    expect(copy).toContain('meanwhile');
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 1 });
  });

  test('that the load has seen already is not applied once more', async () => {
    change('before');
    await subscribe();
    copy.clear();
    announce('1 before');
    expect(copy.size).toBe(0);
  });

  test('after which one is missing has everything loaded anew', async () => {
    await subscribe();
    change('lost', { lost: true });
    change('next');
    await settle();
    expect([...copy]).toEqual(['lost', 'next']);
    expect(loads).toBe(2);
  });

  test('that was lost is found with the second poll, and the connection that lost it is made anew', async () => {
    await subscribe();
    change('lost', { lost: true });
    await pass(500);
    expect({ loads, reconnects }).toEqual({ loads: 1, reconnects: 0 });
    await pass(500);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 2 });
    expect(copy).toContain('lost');
    expect(reconnects).toBe(1);
  });

  test('that a poll knows of before it is announced is waited for', async () => {
    await subscribe();
    change('late', { lost: true });
    await pass(500);
    announce('1 late');
    await pass(10_000);
    expect({ current: follower.isCurrent(), loads }).toEqual({ current: true, loads: 1 });
    expect(copy).toContain('late');
  });

  test('that cannot be applied is told, and everything loaded anew', async () => {
    await subscribe();
    change('damaged');
    expect(follower.isCurrent()).toBe(false);
    await pass(500);
    expect({ failures, current: follower.isCurrent(), loads }).toEqual({
      failures: ['Error: damaged'],
      current: true,
      loads: 2,
    });
  });

  test('that the store has forgotten is forgotten here', async () => {
    await subscribe();
    change('a');
    change('b');
    Object.assign(store, { version: 1, names: new Set(['a']) });
    await pass(500);
    expect([...copy]).toEqual(['a']);
  });
});

test('a load that was overtaken by a lost subscription changes nothing', async () => {
  const held = Promise.withResolvers<void>();
  store.names.add('old');
  duringLoad = () => held.promise;
  await subscribe();
  interrupt();
  held.resolve();
  await settle();
  expect({ current: follower.isCurrent(), size: copy.size }).toEqual({ current: false, size: 0 });
});

test('a flood of changes during a load is not kept: the load begins anew', async () => {
  const held = Promise.withResolvers<void>();
  duringLoad = () => held.promise;
  await subscribe();
  duringLoad = () => {};
  for (let flood = 0; flood <= 10_000; flood += 1) change(`n${flood}`);
  held.resolve();
  await settle();
  expect(loads).toBe(2);
  expect({ current: follower.isCurrent(), size: copy.size }).toEqual({ current: true, size: 10_001 });
});
