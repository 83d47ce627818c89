import { z } from 'zod';
import { defineRoute } from '../../route.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 500;

/** Which clients get 429 for the largest part of their requests, in the last hour. */
export const consumersRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/consumers',
  access: 'view',
  operation: {
    id: 'consumers',
    summary: 'Which clients get 429 for the largest part of their requests',
    answers: { 200: { json: 'Consumers' } },
  },
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT) }),
  async handle({ query: { limit } }, { limits }) {
    return { status: 200, body: await limits.consumers(limit) };
  },
});
