import { expect } from 'vitest';
import { startTestRatelimit } from '../../support/ratelimit.ts';
import type { Answer } from './case.ts';
import type { Implementation, RunningService, ServiceOptions } from './service.ts';

export const gatehouse: Implementation = {
  name: 'gatehouse',
  prepare: async () => undefined,
  release: () => '2026-07',
  answerAs: withProblem,
  start,
};

async function start({ redis, files, settings }: ServiceOptions): Promise<RunningService | 'refused'> {
  try {
    const service = await startTestRatelimit({
      redis: redis.address,
      rules: Object.values(files),
      settings: settings ?? {},
    });
    return { ...service, implementation: gatehouse, redis };
  } catch (error) {
    if (error instanceof Error && error.name === 'RulesError') return 'refused';
    throw error;
  }
}

/** The difference `body`: a refusal tells the caller why. */
function withProblem(answer: Answer): unknown {
  if (answer.overallCode === 'OK') return answer;
  return {
    ...answer,
    headers: [...answer.headers, 'content-type: application/problem+json'],
    body: expect.objectContaining({ status: 429, code: 'rate_limited' }),
  };
}
