import { describe, expect, it } from 'vitest';
import { createFairQueue, type Entry, type Permit } from './fair-queue.ts';

const LIMITS = { maxConcurrent: 1, maxQueued: 10, timeoutMs: 60_000 };
const NEVER = new AbortController().signal;

function permitOf(entry: Entry): Permit {
  if (entry.kind !== 'entered') throw new Error(`expected a place, got ${entry.kind}`);
  return entry.permit;
}

describe('a queue for places', () => {
  it('lets tenants in by turns, whatever each of them asks for', async () => {
    const queue = createFairQueue(LIMITS);
    const first = permitOf(await queue.enter('busy', NEVER));
    const order: string[] = [];
    const entering = ['busy-1', 'busy-2', 'busy-3', 'calm-1', 'other-1'].map(async (who) => {
      const permit = permitOf(await queue.enter(who.split('-')[0] as string, NEVER));
      order.push(who);
      permit.release();
    });
    expect(queue).toMatchObject({ running: 1, waiting: 5 });
    first.release();
    await Promise.all(entering);
    expect(order).toEqual(['busy-1', 'calm-1', 'other-1', 'busy-2', 'busy-3']);
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  it('turns away who finds it full', async () => {
    const queue = createFairQueue({ ...LIMITS, maxQueued: 1 });
    const held = permitOf(await queue.enter('a', NEVER));
    const waiting = queue.enter('a', NEVER);
    expect(await queue.enter('b', NEVER)).toEqual({ kind: 'full' });
    held.release();
    permitOf(await waiting).release();
  });

  it('lets nobody wait longer than may be', async () => {
    const queue = createFairQueue({ ...LIMITS, timeoutMs: 10 });
    const held = permitOf(await queue.enter('a', NEVER));
    expect(await queue.enter('b', NEVER)).toEqual({ kind: 'late' });
    expect(queue.waiting).toBe(0);
    held.release();
    expect((await queue.enter('b', NEVER)).kind).toBe('entered');
  });

  it('forgets who leaves, and gives the place to the next', async () => {
    const queue = createFairQueue(LIMITS);
    const held = permitOf(await queue.enter('a', NEVER));
    const leaving = new AbortController();
    const left = queue.enter('b', leaving.signal);
    const next = queue.enter('c', NEVER);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    held.release();
    permitOf(await next).release();
    await expect(queue.enter('b', leaving.signal)).rejects.toThrow('left');
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  it('gives a place back once, however often it is released', async () => {
    const queue = createFairQueue(LIMITS);
    const held = permitOf(await queue.enter('a', NEVER));
    held.release();
    held.release();
    expect(queue.running).toBe(0);
  });
});
