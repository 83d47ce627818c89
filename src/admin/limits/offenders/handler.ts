import { z } from 'zod';
import { defineRoute } from '../../route.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 500;

/** Whom the limits have refused most in the last hour. */
export const offendersRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/offenders',
  access: 'view',
  operation: {
    id: 'offenders',
    summary: 'Whom the limits have refused most in the last hour',
    answers: { 200: { json: 'Offenders' } },
  },
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT) }),
  async handle({ query: { limit } }, { limits }) {
    return { status: 200, body: await limits.offenders(limit) };
  },
});
