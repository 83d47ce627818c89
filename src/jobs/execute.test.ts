import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryArtifacts } from '../../test/support/memory-artifacts.ts';
import type { AttemptOutcome, RunAttempt } from './attempt.ts';
import { type ExecuteOptions, execute } from './execute.ts';

const attempt: ExecuteOptions['attempt'] = {
  jobId: '7d0f2c9e-0000-4000-8000-000000000000',
  attempt: 1,
  requestId: 'request-1',
  owner: { tenant: 'default', client: 'service-a', tier: 'pro', keyId: 'key_1' },
  permissions: {},
  request: { prompt: 'hello' },
  timeoutMs: 60_000,
};
const failed: AttemptOutcome = {
  kind: 'failed',
  error: { code: 'canceled', message: 'stopped' },
  retryable: false,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(run: RunAttempt, options: Partial<ExecuteOptions> = {}) {
  const errors: unknown[] = [];
  const execution = execute({
    attempt,
    injected: [],
    run,
    artifacts: memoryArtifacts,
    write: async () => 'ok',
    now: () => new Date(0),
    signal: new AbortController().signal,
    onError: (error) => errors.push(error),
    ...options,
  });
  return { execution, errors };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

test('an attempt that ends by itself ends with its outcome', async () => {
  const { execution } = start(async () => failed);
  expect(await execution).toEqual({ kind: 'ended', outcome: failed });
});

test('one that is aborted from outside is interrupted', async () => {
  const closing = new AbortController();
  const { execution } = start(
    async (_attempt, _report, signal) => {
      await untilAborted(signal);
      return failed;
    },
    { signal: closing.signal },
  );
  closing.abort();
  expect(await execution).toMatchObject({ kind: 'interrupted' });
});

test('one that does not stop when aborted is left behind', async () => {
  const closing = new AbortController();
  const { execution } = start(() => new Promise(() => {}), { signal: closing.signal });
  closing.abort();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await execution).toMatchObject({ kind: 'interrupted' });
});

test('one that runs past its time is aborted and fails as timed_out', async () => {
  let aborted = false;
  const { execution } = start((_attempt, _report, signal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  await vi.advanceTimersByTimeAsync(65_000);
  expect(aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await execution).toMatchObject({ outcome: { error: { code: 'timed_out' }, retryable: false } });
});

test('one whose event is refused is aborted and superseded', async () => {
  const { execution } = start(
    async (_attempt, report, signal) => {
      report({ type: 'text', text: 'x' }).catch(() => {});
      await untilAborted(signal);
      return failed;
    },
    { write: async () => 'superseded' },
  );
  expect(await execution).toMatchObject({ kind: 'superseded' });
});

test('one that throws has failed, may be tried again, and the error is told', async () => {
  const bug = new Error('bug');
  const { execution, errors } = start(async () => {
    throw bug;
  });
  expect(await execution).toMatchObject({ outcome: { error: { code: 'worker_crashed' }, retryable: true } });
  expect(errors).toEqual([bug]);
});
