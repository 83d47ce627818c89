import { beforeEach, expect, test } from 'vitest';
import { type LogFields, silentLogger } from '../telemetry/index.ts';
import { admitChecks } from './admission.ts';
import type { Authorizer } from './authorizer.ts';
import type { CheckRequest } from './check-request.ts';
import type { CheckResponse } from './check-response.ts';
import type { Metadata } from './metadata.ts';

const ALLOWED: CheckResponse = { kind: 'ok', assertion: 'a', metadata: {} as Metadata };
const REQUEST = { http: { id: '7', headers: { 'x-request-id': 'r-1' } } } as CheckRequest;

let counts: { early: number; abandoned: number };
let running: () => number;
let times: number[];
let lines: LogFields[];
beforeEach(() => {
  counts = { early: 0, abandoned: 0 };
  lines = [];
  times = [];
});

function admit(authorize: Authorizer, maxConcurrentChecks = 1): Authorizer {
  return admitChecks(authorize, {
    maxConcurrentChecks,
    metrics: {
      rejectedEarly() {
        counts.early += 1;
      },
      abandoned() {
        counts.abandoned += 1;
      },
      watchConcurrency(current) {
        running = current;
      },
      took(elapsedMs) {
        times.push(elapsedMs);
      },
    },
    logger: { ...silentLogger, error: (fields) => void lines.push(fields) },
  });
}
const call = (signal = new AbortController().signal) => ({ signal });

test('a check that is one too many is answered with 503 at once, and the others go on', async () => {
  const held = Promise.withResolvers<CheckResponse>();
  let begun = 0;
  const check = admit(() => {
    begun += 1;
    return held.promise;
  }, 2);
  const admitted = [check(REQUEST, call()), check(REQUEST, call())];
  expect(running()).toBe(2);
  const refused = await check(REQUEST, call());
  expect(refused).toMatchObject({
    kind: 'error',
    code: 14,
    answer: { status: 503, headers: { 'retry-after': '1' } },
  });
  expect(JSON.parse(refused.kind === 'error' ? refused.answer.body : '')).toMatchObject({
    code: 'service_unavailable',
    requestId: 'r-1',
    retryAfter: 1,
  });
  expect({ begun, early: counts.early }).toEqual({ begun: 2, early: 1 });

  held.resolve(ALLOWED);
  expect(await Promise.all(admitted)).toEqual([ALLOWED, ALLOWED]);
  expect(await check(REQUEST, call())).toEqual(ALLOWED);
  expect(running()).toBe(0);
});

test('a check that fails gives its place back', async () => {
  const check = admit(() => Promise.reject(new Error('a bug')));
  for (let at = 0; at < 3; at += 1) await expect(check(REQUEST, call())).rejects.toThrow('a bug');
  expect({ running: running(), ...counts }).toEqual({ running: 0, early: 0, abandoned: 0 });
});

test('a check whose caller gives up while it waits is counted', async () => {
  const caller = new AbortController();
  const check = admit(async () => {
    caller.abort();
    throw caller.signal.reason;
  });
  await expect(check(REQUEST, call(caller.signal))).rejects.toBe(caller.signal.reason);
  expect({ running: running(), ...counts }).toEqual({ running: 0, early: 0, abandoned: 1 });
});

test('a check that waits for nothing takes up no place', () => {
  const check = admit(() => ALLOWED);
  expect([check(REQUEST, call()), check(REQUEST, call())]).toEqual([ALLOWED, ALLOWED]);
  expect({ running: running(), ...counts }).toEqual({ running: 0, early: 0, abandoned: 0 });
});

test('many rejections are one line in the log', async () => {
  const held = Promise.withResolvers<CheckResponse>();
  const check = admit(() => held.promise);
  const admitted = check(REQUEST, call());
  for (let at = 0; at < 100; at += 1) await check(REQUEST, call());
  held.resolve(ALLOWED);
  await admitted;
  expect(lines).toMatchObject([
    { code: 'overloaded', reason: expect.stringContaining('maxConcurrentChecks') },
  ]);
});

test('each check is timed until its answer is there', async () => {
  const held = Promise.withResolvers<CheckResponse>();
  await admit(() => ALLOWED)(REQUEST, call());
  expect(times).toHaveLength(1);
  const answer = admit(() => held.promise)(REQUEST, call());
  expect(times).toHaveLength(1);
  held.resolve(ALLOWED);
  await answer;
  expect(times).toHaveLength(2);
});
