import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import { Fault, NotAsked } from './fault.ts';

const LIMITS = { errorPercentage: 20, minRequests: 10, window: { ms: 60_000 }, resetAfter: { ms: 60_000 } };
const NEVER = new AbortController().signal;

let breaker: Breaker;
let changes: BreakerState[];
beforeEach(() => {
  vi.useFakeTimers();
  changes = [];
  breaker = createBreaker(LIMITS, (state) => changes.push(state));
});
afterEach(() => {
  breaker.dispose();
  vi.useRealTimers();
});

const good = () => breaker.run(async () => 'answer', NEVER);
const bad = () => breaker.run(() => Promise.reject(new Fault()), NEVER).catch((error: unknown) => error);
const left = () =>
  breaker.run(() => Promise.reject(new Error('left')), NEVER).catch((error: unknown) => error);

async function breakIt(): Promise<void> {
  for (let count = 0; count < 7; count += 1) await good();
  for (let count = 0; count < 3; count += 1) await bad();
}

describe('a breaker', () => {
  it('opens when more than a fifth of the requests fail, and not before there are enough', async () => {
    for (let count = 0; count < 9; count += 1) await bad();
    expect(breaker.state()).toBe('closed');
    await bad();
    expect(breaker.state()).toBe('open');
    expect(breaker.retryAtMs()).toBe(Date.now() + 60_000);
    expect(changes).toEqual(['open']);
  });

  it('stays closed while a fifth or less fails', async () => {
    for (let count = 0; count < 40; count += 1) await (count % 5 === 4 ? bad() : good());
    expect(breaker.state()).toBe('closed');
  });

  it('does not count who leaves', async () => {
    for (let count = 0; count < 20; count += 1) await left();
    expect(breaker.state()).toBe('closed');
  });

  it('counts failures that come after an answer had begun', async () => {
    for (let count = 0; count < 5; count += 1) {
      await good();
      breaker.fault();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(breaker.state()).toBe('open');
  });

  it('asks nobody while it is open', async () => {
    await breakIt();
    const call = vi.fn(async () => 'answer');
    await expect(breaker.run(call, NEVER)).rejects.toBeInstanceOf(NotAsked);
    expect(call).not.toHaveBeenCalled();
  });

  it('lets one request try it out after its time, while the others wait for what comes of it', async () => {
    await breakIt();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(breaker.state()).toBe('half_open');
    const answering = Promise.withResolvers<string>();
    const probe = breaker.run(() => answering.promise, NEVER);
    const second = vi.fn(async () => 'second');
    const waiting = breaker.run(second, NEVER);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(second).not.toHaveBeenCalled();
    answering.resolve('first');
    expect([await probe, await waiting]).toEqual(['first', 'second']);
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('stays open where the request that tries it out fails, and so do those that wait', async () => {
    await breakIt();
    await vi.advanceTimersByTimeAsync(60_000);
    const answering = Promise.withResolvers<string>();
    const probe = breaker.run(() => answering.promise, NEVER);
    const waiting = breaker.run(async () => 'second', NEVER);
    answering.reject(new Fault());
    await expect(probe).rejects.toBeInstanceOf(Fault);
    await expect(waiting).rejects.toBeInstanceOf(NotAsked);
    expect(breaker.state()).toBe('open');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await good()).toBe('answer');
    expect(breaker.state()).toBe('closed');
  });

  it('is not closed by a request that was given up', async () => {
    await breakIt();
    await vi.advanceTimersByTimeAsync(60_000);
    await left();
    expect(breaker.state()).toBe('open');
  });

  it('lets who waits for the trial leave', async () => {
    await breakIt();
    await vi.advanceTimersByTimeAsync(60_000);
    const answering = Promise.withResolvers<string>();
    const probe = breaker.run(() => answering.promise, NEVER);
    const leaving = new AbortController();
    const waiting = breaker.run(async () => 'second', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    answering.resolve('first');
    await probe;
  });

  it('opens and closes as another process says, without telling it again', async () => {
    breaker.openUntil(Date.now() + 5_000);
    expect([breaker.state(), breaker.retryAtMs()]).toEqual(['open', Date.now() + 5_000]);
    breaker.close();
    expect(breaker.state()).toBe('closed');
    expect(changes).toEqual([]);
  });

  it('is tried out when the time has come that another process has named', async () => {
    breaker.openUntil(Date.now() + 5_000);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(breaker.state()).toBe('open');
    await vi.advanceTimersByTimeAsync(1);
    expect(breaker.state()).toBe('half_open');
    await bad();
    expect([breaker.state(), breaker.retryAtMs()]).toEqual(['open', Date.now() + 60_000]);
  });
});
