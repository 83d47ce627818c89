import { describe, expect, it } from 'vitest';
import type { BucketState, Check, DecidedChecks } from '../algorithms/bucket.ts';
import { createLimiter, type LimiterOptions } from './limiter.ts';

function check(...keys: string[]): Check {
  const buckets = keys.map((key) => ({
    key,
    limit: 1,
    algorithm: { kind: 'fixed_window', windowMs: 1000 } as const,
    denied: 'free' as const,
    shadowMode: false,
    hits: 1,
  }));
  return { buckets, dryRun: false };
}

const room: BucketState = { over: false, remaining: 0, used: 1, resetMs: 1 };
const full: BucketState = { over: true, remaining: 0, used: 1, resetMs: 1 };

type Decide = (checks: readonly Check[]) => Promise<DecidedChecks>;

/** A limiter over a store that has room, but for keys that start with `full`. */
function start({ decide, ...options }: Partial<Omit<LimiterOptions, 'decide'>> & { decide?: Decide } = {}) {
  const calls: Check[][] = [];
  let clockMs = 0;
  const decideByName: Decide = async (checks) => {
    calls.push([...checks]);
    return {
      atMs: 42,
      states: checks.map(({ buckets }) => buckets.map(({ key }) => (key.startsWith('full') ? full : room))),
    };
  };
  const limiter = createLimiter({
    deadlineMs: 1000,
    breaker: { lateAnswers: 2, retryMs: 1000 },
    now: () => clockMs,
    decide(checks, asker) {
      (decide ?? decideByName)(checks).then(
        (decided) => asker.decided(decided),
        (error) => asker.failed(error),
      );
    },
    ...options,
  });
  const keysOf = () => calls.map((checks) => checks.map(({ buckets }) => buckets.map(({ key }) => key)));
  const pass = (ms: number) => {
    clockMs += ms;
  };
  return { limiter, calls, keysOf, pass };
}

/** Keys such as `b2`, whose lane is the digit at their end, on a node for odd and one for even lanes. */
const lanes = { laneOf: (key: string) => Number(key.at(-1)), nodeOf: (lane: number) => `node-${lane % 2}` };

describe('a limiter', () => {
  it('decides all checks of one tick in one call', async () => {
    const { limiter, keysOf } = start();
    await Promise.all([
      limiter.check(check('a1')),
      limiter.check(check('b1', 'b2')),
      limiter.check(check('a2')),
    ]);
    expect(keysOf()).toEqual([[['a1'], ['b1', 'b2'], ['a2']]]);
  });

  it('gives up on a store that does not answer in time', async () => {
    const { limiter } = start({ deadlineMs: 10, decide: () => new Promise(() => {}) });
    await expect(limiter.check(check('a1'))).rejects.toThrow('Redis did not answer in 10 ms');
  });

  it('stops asking a store that did not answer, and asks again after a while', async () => {
    let asked = 0;
    const { limiter, pass } = start({
      deadlineMs: 5,
      decide: () => {
        asked += 1;
        return new Promise(() => {});
      },
    });
    for (const failure of ['late', 'late', 'breaker', 'breaker']) {
      await expect(limiter.check(check('a'))).rejects.toMatchObject({ failure });
    }
    expect([asked, limiter.unanswering()]).toEqual([2, ['']]);
    pass(1000);
    await expect(limiter.check(check('a'))).rejects.toMatchObject({ failure: 'late' });
    await expect(limiter.check(check('a'))).rejects.toMatchObject({ failure: 'breaker' });
    expect(asked).toBe(3);
  });

  it('goes on asking a store that refuses at once', async () => {
    const refusal = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
    const { limiter } = start({ decide: () => Promise.reject(refusal) });
    for (let n = 0; n < 5; n += 1) await expect(limiter.check(check('a'))).rejects.toBe(refusal);
    expect(limiter.unanswering()).toEqual([]);
  });
});

describe('a limiter over several lanes', () => {
  it('makes one call for each lane of a tick', async () => {
    const { limiter, keysOf } = start({ lanes });
    await Promise.all([
      limiter.check(check('a1', 'b1')),
      limiter.check(check('a2')),
      limiter.check(check('c1')),
    ]);
    expect(keysOf()).toEqual([[['a1', 'b1'], ['c1']], [['a2']]]);
  });

  it('decides a check in each of its lanes, and answers in its order', async () => {
    const { limiter, keysOf } = start({ lanes });
    expect(await limiter.check(check('a1', 'full2', 'b1'))).toEqual([room, full, room]);
    expect(keysOf().slice(0, 2)).toEqual([[['a1', 'b1']], [['full2']]]);
  });

  it('gives back what it charged where another lane refuses, for the time that it was charged', async () => {
    const { limiter, calls } = start({ lanes });
    await limiter.check(check('a1', 'full2', 'b3'));
    await new Promise(setImmediate);
    const refunds = calls
      .slice(3)
      .flat()
      .flatMap(({ buckets }) => buckets);
    expect(refunds.map(({ key, hits, chargedAtMs }) => [key, hits, chargedAtMs])).toEqual([
      ['a1', -1, 42],
      ['b3', -1, 42],
    ]);
  });

  it('gives nothing back that is to be charged in any case, that a shadow has not charged, or in a dry run', async () => {
    const { limiter, calls } = start({ lanes });
    const { buckets } = check('a1', 'full1', 'full2');
    const [consuming, shadow, refusing] = buckets as [
      (typeof buckets)[0],
      (typeof buckets)[0],
      (typeof buckets)[0],
    ];
    const mixed = [{ ...consuming, denied: 'consume' as const }, { ...shadow, shadowMode: true }, refusing];
    await limiter.check({ buckets: mixed, dryRun: false });
    await limiter.check({ buckets: check('a1', 'full2').buckets, dryRun: true });
    await new Promise(setImmediate);
    expect(
      calls
        .flat()
        .flatMap((each) => each.buckets)
        .filter(({ hits }) => hits < 0),
    ).toEqual([]);
  });

  it('asks for leases last, and only looks where another lane has refused', async () => {
    const lease = {
      ...check('lease1').buckets[0],
      algorithm: { kind: 'concurrency', leaseMs: 5 },
      lease: 'x',
    } as const;
    const { limiter, calls } = start({ lanes });
    const { buckets } = check('full2');
    await limiter.check({ buckets: [lease as never, ...buckets], dryRun: false });
    expect(calls.map(([each]) => [each?.buckets[0]?.key, each?.dryRun])).toEqual([
      ['full2', false],
      ['lease1', true],
    ]);
    await limiter.check({ buckets: [lease as never, ...check('b2').buckets], dryRun: false });
    expect(calls.slice(2).map(([each]) => [each?.buckets[0]?.key, each?.dryRun])).toEqual([
      ['b2', false],
      ['lease1', false],
    ]);
  });

  it('fails, and gives back, where one of the lanes fails', async () => {
    const away = new Error('Connection is closed.');
    const given: number[] = [];
    const { limiter } = start({
      lanes,
      decide: async (checks) => {
        const buckets = checks.flatMap((each) => each.buckets);
        if (buckets[0]?.key === 'b2') throw away;
        given.push(...buckets.map(({ hits }) => hits));
        return { atMs: 1, states: checks.map((each) => each.buckets.map(() => room)) };
      },
    });
    await expect(limiter.check(check('a1', 'b2'))).rejects.toBe(away);
    await new Promise(setImmediate);
    expect(given).toEqual([1, -1]);
  });

  it('keeps asking the nodes that answer while another does not', async () => {
    const { limiter } = start({
      lanes,
      deadlineMs: 5,
      decide: (checks) =>
        checks[0]?.buckets[0]?.key === 'a1'
          ? new Promise(() => {})
          : Promise.resolve({ atMs: 1, states: checks.map(() => [room]) }),
    });
    for (const failure of ['late', 'late', 'breaker']) {
      await expect(limiter.check(check('a1'))).rejects.toMatchObject({ failure });
    }
    expect(await limiter.check(check('a2'))).toEqual([room]);
    expect(limiter.unanswering()).toEqual(['node-1']);
  });
});
