import { z } from 'zod';
import { defineRoute } from '../route.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** What operators changed, the newest first. */
export const auditRoute = defineRoute({
  method: 'GET',
  path: '/api/audit',
  access: 'view',
  operation: {
    id: 'audit',
    summary: 'What operators changed, newest first',
    answers: { 200: { json: 'AuditEntries' } },
  },
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
    before: z
      .string()
      .regex(/^\d{1,15}-\d{1,10}$/, 'expected the id of an entry')
      .optional(),
  }),
  async handle({ query: { limit, before } }, { audit }) {
    return { status: 200, body: { entries: await audit.list(limit, before) } };
  },
});
