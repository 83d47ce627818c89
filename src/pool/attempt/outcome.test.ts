import { describe, expect, test } from 'vitest';
import type { ProviderFailure } from '../../model/index.ts';
import type { ResultMessage } from '../wire/message.ts';
import { attemptOutcome, type Observation } from './outcome.ts';

const success: ResultMessage = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'hello',
  terminal_reason: 'completed',
};
const apiError: ResultMessage = {
  ...success,
  is_error: true,
  result: 'API Error: 529 Overloaded',
  terminal_reason: 'api_error',
  api_error_status: 529,
};
const usage = {
  input_tokens: 1,
  output_tokens: 2,
  cache_read_input_tokens: 3,
  cache_creation_input_tokens: 4,
};
const silent: Observation = {
  end: { kind: 'exited', code: 1, signal: null },
  result: undefined,
  spoke: true,
  overflow: false,
  stderr: '',
  model: 'claude-sonnet-5-5',
  usage,
  costUsd: 0.25,
  stopReason: 'end_turn',
  providerFailure: undefined,
  stopped: undefined,
};

const decide = (seen: Partial<Observation>) =>
  attemptOutcome({ ...silent, ...seen }, { timeoutMs: 60_000, maxTurns: 7, hasSchema: false });

const failed = (seen: Partial<Observation>) => {
  const outcome = decide(seen);
  if (outcome.kind !== 'failed') throw new Error('expected a failure');
  return { code: outcome.error.code, message: outcome.error.message, retryable: outcome.retryable };
};

test('a result without error completes, with usage and cost', () => {
  expect(decide({ result: success })).toEqual({
    kind: 'completed',
    text: 'hello',
    model: 'claude-sonnet-5-5',
    usage,
    costUsd: 0.25,
  });
});

test('a result that came before a stop took effect counts', () => {
  expect(decide({ result: success, stopped: 'timed_out' }).kind).toBe('completed');
});

describe('a failing model API fails with the reason of the model proxy', () => {
  const cases: [ProviderFailure['kind'], string, boolean][] = [
    ['overloaded', 'provider_overloaded', true],
    ['rate_limited', 'provider_rate_limited', true],
    ['auth', 'provider_auth', false],
    ['timeout', 'provider_timeout', true],
    ['unreachable', 'provider_error', true],
    ['error', 'provider_error', true],
    ['rejected', 'provider_error', false],
  ];
  test.each(cases)('%s is %s, retryable: %s', (kind, code, retryable) => {
    const providerFailure = { kind, type: 'some_error', message: 'What the provider said.' };
    expect(failed({ result: apiError, providerFailure })).toEqual({
      code,
      message: 'What the provider said.',
      retryable,
    });
  });

  test("the provider's wish to wait, usage and cost are passed on", () => {
    const providerFailure = { kind: 'overloaded', type: 'x', message: 'm', retryAfterMs: 9000 } as const;
    const outcome = decide({ result: apiError, providerFailure });
    expect(outcome).toMatchObject({ retryAfterMs: 9000, usage, costUsd: 0.25 });
  });

  test('without a reason the status decides', () => {
    expect(failed({ result: apiError })).toMatchObject({ code: 'provider_error', retryable: true });
    expect(failed({ result: { ...apiError, api_error_status: 400 } }).retryable).toBe(false);
    expect(failed({ result: { ...apiError, api_error_status: null } }).retryable).toBe(true);
  });
});

test('a provider failure that was overcome does not decide about a later crash', () => {
  const providerFailure = { kind: 'auth', type: 'x', message: 'm' } as const;
  expect(failed({ providerFailure }).code).toBe('worker_crashed');
});

test('too many turns say how many were allowed', () => {
  const result = { ...success, is_error: true, subtype: 'error_max_turns', terminal_reason: 'max_turns' };
  expect(failed({ result })).toEqual({
    code: 'max_turns',
    message: 'The run was not done after 7 turns.',
    retryable: false,
  });
});

test('an attempt that we stopped says why, whatever the CLI says about it', () => {
  const result = { ...success, is_error: true, subtype: 'error_during_execution' };
  expect(failed({ result, stopped: 'timed_out' })).toEqual({
    code: 'timed_out',
    message: 'The job was not done after 60 s.',
    retryable: false,
  });
  expect(failed({ result, stopped: 'canceled' }).code).toBe('canceled');
  expect(failed({ stopped: 'canceled' }).code).toBe('canceled');
});

test('a worker that ends without a result crashed and may do better next time', () => {
  expect(failed({ end: { kind: 'exited', code: null, signal: 'SIGKILL' } })).toEqual({
    code: 'worker_crashed',
    message: 'The worker ended without a result (signal SIGKILL).',
    retryable: true,
  });
});

test('a sandbox that does not start is told apart from a CLI that crashes', () => {
  const stderr = "bwrap: Can't find source path /secret/place: Permission denied\n";
  expect(failed({ spoke: false, stderr })).toEqual({
    code: 'sandbox_failed',
    message: "The worker's sandbox could not be started.",
    retryable: false,
  });
  expect(failed({ spoke: true, stderr }).code).toBe('worker_crashed');
  const notJoined = 'gatehouse-cgroup: 1: cannot create /sys/fs/cgroup/x/cgroup.procs: Permission denied\n';
  expect(failed({ spoke: false, stderr: notJoined }).code).toBe('sandbox_failed');
});

test('a run that the kernel ended for its memory is not tried again', () => {
  expect(failed({ stopped: 'memory_limit', end: { kind: 'exited', code: null, signal: 'SIGKILL' } })).toEqual(
    {
      code: 'memory_limit',
      message: 'The run’s programs took more memory than they may.',
      retryable: false,
    },
  );
});

test('a program that the system does not start now may start next time', () => {
  expect(failed({ spoke: false, end: { kind: 'not_started', code: 'EMFILE' } })).toEqual({
    code: 'sandbox_failed',
    message: "The worker's sandbox could not be started.",
    retryable: true,
  });
});

test('output that cannot be read is told as such', () => {
  expect(failed({ overflow: true }).code).toBe('invalid_output');
  const { result: _, ...withoutText } = success;
  expect(failed({ result: withoutText }).code).toBe('invalid_output');
});

test('no message of a failure repeats what the CLI wrote', () => {
  const stderr = 'marker-in-stderr';
  const result = { ...success, is_error: true, result: 'marker-in-result', terminal_reason: 'Some Marker!' };
  for (const seen of [{ stderr }, { result, stderr }, { result: apiError, stderr }]) {
    expect(failed(seen).message).not.toMatch(/marker|API Error/i);
  }
});

describe('what Claude Code calls an API error though the model answered', () => {
  const error = { ...apiError, api_error_status: null };
  test.each([
    ['refusal', 'model_refused', 'The model declined to answer.'],
    ['max_tokens', 'max_tokens', 'An answer was longer than it may be (max_tokens).'],
  ])('because of %s is %s', (stopReason, code, message) => {
    expect(failed({ result: error, stopReason })).toEqual({ code, message, retryable: false });
  });

  test('is the failure of a later request where there was one', () => {
    const providerFailure: ProviderFailure = { kind: 'timeout', type: 'timeout_error', message: 'Late.' };
    expect(failed({ result: error, stopReason: 'refusal', providerFailure })).toMatchObject({
      code: 'provider_timeout',
    });
  });
});

describe('what the model proxy did not pass on', () => {
  test.each([
    ['model_not_allowed', 'model_not_allowed'],
    ['budget_exceeded', 'budget_exceeded'],
    ['refused', 'provider_error'],
  ] as const)('because of %s fails for good as %s', (kind, code) => {
    const providerFailure: ProviderFailure = { kind, type: 'permission_error', message: 'No.' };
    expect(failed({ result: apiError, providerFailure })).toEqual({ code, message: 'No.', retryable: false });
  });
});
