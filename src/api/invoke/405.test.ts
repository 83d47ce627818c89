import { expect, test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());

test.each(['GET', 'DELETE'] as const)(
  '%s where POST is meant is refused with the method to use',
  async (method) => {
    const answer = await call('/claude/invoke', { method });
    expectProblem(answer, 405, 'method_not_allowed', 'Method not allowed');
    expect(answer.headers.allow).toBe('POST');
  },
);
