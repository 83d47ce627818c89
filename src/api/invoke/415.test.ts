import { test } from 'vitest';
import { expectProblem, startTestApi } from '../../../test/support/api.ts';
import { createMemoryJobStore } from '../../../test/support/memory-job-store.ts';

const { call } = startTestApi(createMemoryJobStore());

test.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense'])(
  'content type %s is refused',
  async (type) => {
    const body = { prompt: 'hello' };
    const answer = await call('/claude/invoke', { method: 'POST', body, headers: { 'content-type': type } });
    expectProblem(answer, 415, 'unsupported_media_type', 'Unsupported media type');
  },
);
