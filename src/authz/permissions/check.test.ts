import { describe, expect, test } from 'vitest';
import type { SubmissionFields } from '../body/fields.ts';
import { checkLimits, type OnExceeded } from './check.ts';
import type { SubmissionLimits } from './limits.ts';

const LIMITS: SubmissionLimits = {
  maxTokens: 4000,
  maxTurns: 10,
  maxTimeoutS: 60,
  skills: ['tdd', 'pdf'],
  models: ['haiku', 'sonnet'],
};
const NOTHING: SubmissionFields = {
  model: undefined,
  maxTokens: undefined,
  maxTurns: undefined,
  timeoutS: undefined,
  skills: undefined,
};
const check = (
  fields: Partial<SubmissionFields>,
  limits: SubmissionLimits = LIMITS,
  onExceeded: OnExceeded = 'deny',
  defaultModel = 'sonnet',
) => checkLimits({ ...NOTHING, ...fields }, limits, onExceeded, defaultModel);

describe('a submission stays within its limits', () => {
  test.each<[string, Partial<SubmissionFields>]>([
    ['that asks for nothing', {}],
    [
      'that asks for all it may',
      { model: 'haiku', maxTokens: 4000, maxTurns: 10, timeoutS: 60, skills: ['pdf', 'tdd'] },
    ],
    ['that asks for less', { maxTokens: 1, maxTurns: 1, timeoutS: 1, skills: [] }],
  ])('%s', (_, fields) => {
    expect(check(fields)).toBeUndefined();
  });

  test('where there are none, whatever it asks for', () => {
    expect(check({ model: 'x', maxTokens: 1e9, maxTurns: null, skills: null }, {})).toBeUndefined();
  });
});

describe('a submission is not permitted, and is told the field and what is allowed', () => {
  test.each<[string, Partial<SubmissionFields>, object]>([
    [
      'with too many tokens',
      { maxTokens: 4001 },
      { path: 'max_tokens', message: 'expected at most 4000', allowed: 4000 },
    ],
    [
      'with too many turns',
      { maxTurns: 10.5 },
      { path: 'max_turns', message: 'expected at most 10', allowed: 10 },
    ],
    [
      'with too much time',
      { timeoutS: 61 },
      { path: 'timeout_s', message: 'expected at most 60', allowed: 60 },
    ],
    [
      'with another skill among its own',
      { skills: ['tdd', 'docx'] },
      { path: 'skills', message: 'expected only tdd, pdf', allowed: ['tdd', 'pdf'] },
    ],
    [
      'with another model',
      { model: 'opus' },
      { path: 'model', message: 'expected only haiku, sonnet', allowed: ['haiku', 'sonnet'] },
    ],
    [
      'with a model in another spelling',
      { model: 'Haiku' },
      { path: 'model', message: 'expected only haiku, sonnet', allowed: ['haiku', 'sonnet'] },
    ],
  ])('%s', (_, fields, problem) => {
    expect(check(fields)).toEqual({
      code: 'not_permitted',
      reason: 'not_permitted',
      detail: expect.stringContaining('expected'),
      errors: [problem],
      policy: 'permissions',
    });
  });

  test('without a model, where the default is not allowed', () => {
    expect(check({}, LIMITS, 'deny', 'opus')).toMatchObject({ errors: [{ path: 'model' }] });
  });

  test('where no skill and no model is allowed at all', () => {
    expect(check({ skills: ['tdd'] }, { skills: [], models: [] })).toMatchObject({
      errors: [
        { path: 'model', message: 'expected none: none is allowed', allowed: [] },
        { path: 'skills', allowed: [] },
      ],
    });
    expect(check({ skills: [] }, { skills: [] })).toBeUndefined();
  });

  test('of everything that is over at once', () => {
    const denial = check({ model: 'opus', maxTokens: 9000, skills: ['x'] });
    expect(denial?.errors?.map(({ path }) => path)).toEqual(['max_tokens', 'model', 'skills']);
    expect(denial?.detail).toBe(
      'max_tokens: expected at most 4000; model: expected only haiku, sonnet; skills: expected only tdd, pdf',
    );
  });
});

describe('where numbers are clamped', () => {
  test('one over its limit passes, for the api to clamp', () => {
    expect(check({ maxTokens: 9000, maxTurns: 99, timeoutS: 999 }, LIMITS, 'clamp')).toBeUndefined();
  });

  test('a model and a skill outside are refused all the same', () => {
    const denial = check({ model: 'opus', maxTokens: 9000, skills: ['x'] }, LIMITS, 'clamp');
    expect(denial?.errors?.map(({ path }) => path)).toEqual(['model', 'skills']);
  });
});

test('what cannot be held against its limit is an invalid request', () => {
  expect(check({ maxTokens: null, model: null, skills: null }, LIMITS, 'clamp')).toMatchObject({
    code: 'invalid_request',
    reason: 'field_not_comparable',
    errors: [{ path: 'max_tokens' }, { path: 'model' }, { path: 'skills' }],
    policy: 'permissions',
  });
});
