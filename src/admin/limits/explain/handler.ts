import { z } from 'zod';
import { defineRoute } from '../../route.ts';
import { descriptorQuery, hitsQuery } from '../descriptor.ts';

/** Which rule a descriptor meets and why, what is counted, and what its next request would get. */
export const explainRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/explain',
  access: 'view',
  operation: {
    id: 'explainLimit',
    summary: 'Which rule a descriptor meets and why',
    answers: { 200: { json: 'LimitExplanation' } },
    problems: ['unknown_limit', 'invalid_rules'],
  },
  query: z.strictObject({ ...descriptorQuery, hits: hitsQuery.default(1) }),
  async handle({ query: { domain, entry, hits } }, { limits }) {
    return { status: 200, body: await limits.explain({ domain, entries: entry }, hits) };
  },
});
