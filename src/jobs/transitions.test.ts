import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttemptOutcome } from './attempt.ts';
import type { StoredJob } from './record.ts';
import { beginAttempt, endAttempt, handBack } from './transitions.ts';

const limits = { attempts: 2, backoffMs: 5_000 };
const now = new Date('2026-01-02T03:04:05.000Z');
const usage = {
  input_tokens: 1,
  output_tokens: 2,
  cache_read_input_tokens: 3,
  cache_creation_input_tokens: 4,
};
const queued: StoredJob = {
  jobId: '7d0f2c9e-0000-4000-8000-000000000000',
  owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_1' },
  state: 'queued',
  request: { prompt: 'hello' },
  attempts: 0,
  handedBack: 0,
  requestId: 'request-1',
  createdAt: '2026-01-02T03:04:00.000Z',
  lastSeq: 1,
};
const overloaded: AttemptOutcome = {
  kind: 'failed',
  error: { code: 'provider_overloaded', message: 'Overloaded.' },
  retryable: true,
};

describe('beginning an attempt', () => {
  test('numbers it and says when the job started', () => {
    expect(beginAttempt(queued, limits, now)).toEqual({
      kind: 'run',
      attempt: 1,
      change: {
        fields: {
          ...{ state: 'running', attempts: 1 },
          ...{ startedAt: now.toISOString(), attemptStartedAt: now.toISOString() },
        },
        events: [{ type: 'status', state: 'running' }],
      },
    });
  });

  test('keeps the time of the first start', () => {
    const again = { ...queued, attempts: 1, startedAt: '2026-01-02T03:04:01.000Z' };
    expect(beginAttempt(again, limits, now).change.fields.startedAt).toBe(again.startedAt);
  });

  test('forgets the files of the attempt before', () => {
    const again = { ...queued, attempts: 1, artifacts: { count: 2, bytes: 7 } };
    expect(beginAttempt(again, limits, now).change.fields).toMatchObject({
      artifacts: { count: 0, bytes: 0 },
      artifactList: [],
    });
  });

  test('fails a job whose attempts were all begun and never ended', () => {
    const { kind, change } = beginAttempt({ ...queued, state: 'running', attempts: 2 }, limits, now);
    expect(kind).toBe('exhausted');
    expect(change.fields).toMatchObject({ state: 'failed', error: { code: 'worker_crashed' } });
    expect(change.events.map(({ type }) => type)).toEqual(['error', 'status']);
  });

  test('does not count attempts that were handed back, up to a limit', () => {
    expect(beginAttempt({ ...queued, attempts: 3, handedBack: 2 }, limits, now).kind).toBe('run');
    expect(beginAttempt({ ...queued, attempts: 50, handedBack: 49 }, limits, now).kind).toBe('exhausted');
  });
});

describe('ending an attempt', () => {
  test('a completed one gives result, then final state', () => {
    const ending = endAttempt(
      queued,
      1,
      { kind: 'completed', text: 'hi', model: 'stand-in', usage, costUsd: 0.5 },
      limits,
      now,
    );
    expect(ending.kind).toBe('completed');
    expect(ending.change.events).toEqual([
      { type: 'result', result: { text: 'hi' }, model: 'stand-in' },
      { type: 'status', state: 'completed' },
    ]);
  });

  test('what failed attempts used stays in the sum', () => {
    const before = { ...queued, usage, costUsd: 0.25 };
    const { change } = endAttempt(before, 2, { ...overloaded, usage, costUsd: 0.5 }, limits, now);
    expect(change.fields.usage).toEqual({
      input_tokens: 2,
      output_tokens: 4,
      cache_read_input_tokens: 6,
      cache_creation_input_tokens: 8,
    });
    expect(change.fields.costUsd).toBe(0.75);
  });

  test('a retryable failure waits twice as long each time', () => {
    const four = { ...limits, attempts: 4 };
    const delays = [1, 2, 3].map((attempt) => endAttempt(queued, attempt, overloaded, four, now));
    expect(delays).toMatchObject([{ delayMs: 5_000 }, { delayMs: 10_000 }, { delayMs: 20_000 }]);
  });

  test('waits as long as the provider asks, but not for ever', () => {
    const asks = (retryAfterMs: number) =>
      endAttempt(queued, 1, { ...overloaded, retryAfterMs }, limits, now);
    expect(asks(60_000)).toMatchObject({ kind: 'retry', delayMs: 60_000 });
    expect(asks(86_400_000)).toMatchObject({ kind: 'retry', delayMs: 300_000 });
  });

  test('a retry says why', () => {
    const once = endAttempt(queued, 1, overloaded, { ...limits, attempts: 3 }, now);
    const retries = once.change.fields.retries ?? [];
    expect(retries).toEqual([
      { attempt: 1, code: 'provider_overloaded', at: now.toISOString(), delayMs: 5_000 },
    ]);
    const twice = endAttempt({ ...queued, retries }, 2, overloaded, { ...limits, attempts: 3 }, now);
    expect(twice.change.fields.retries?.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('the last failure, or one that is not retryable, is final with its error', () => {
    expect(endAttempt(queued, 2, overloaded, limits, now)).toMatchObject({
      kind: 'failed',
      change: { fields: { state: 'failed', error: overloaded.error } },
    });
    expect(endAttempt(queued, 1, { ...overloaded, retryable: false }, limits, now).kind).toBe('failed');
  });
});

test('whatever happens, a job begins no more attempts than it is allowed', () => {
  const happening = fc.constantFrom('crash' as const, 'failure' as const, 'hand back' as const);
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 30, maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (all, n) => {
        let job = queued;
        let charged = 0;
        for (const what of all) {
          const beginning = beginAttempt(job, { ...limits, attempts: n }, now);
          if (beginning.kind === 'exhausted') break;
          const before = job;
          job = { ...job, ...beginning.change.fields } as StoredJob;
          if (what === 'crash') charged += 1;
          if (what === 'hand back') job = { ...job, ...handBack(before, now).fields } as StoredJob;
          if (what === 'failure') {
            charged += 1;
            const ending = endAttempt(before, beginning.attempt, overloaded, { ...limits, attempts: n }, now);
            job = { ...job, ...ending.change.fields } as StoredJob;
            if (ending.kind === 'failed') break;
          }
        }
        expect(charged).toBeLessThanOrEqual(n);
        expect(job.attempts).toBeLessThanOrEqual(n + 10);
      },
    ),
  );
});
