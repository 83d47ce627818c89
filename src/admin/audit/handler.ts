import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditActionName } from '../../audit/index.ts';
import type { AuditEntries, AuditKind } from '../contract.ts';
import { defineRoute } from '../route.ts';
import { timeQuery } from '../time-query.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const MAX_CHARACTERS = 200;

const ACTIONS = Object.keys(AUDIT_ACTIONS) as AuditActionName[];
const KINDS = [...new Set(ACTIONS.map(kindOf))];
const text = z.string().min(1).max(MAX_CHARACTERS);

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
    actor: text.optional().describe('who, such as cli:root'),
    action: z
      .enum([...KINDS, ...ACTIONS], {
        error: `expected one of ${KINDS.join(', ')}, or a whole action of docs/audit.md`,
      })
      .optional()
      .describe('such as key.create, or key for all that is done with keys'),
    target: text.optional().describe('a part of what it was done to'),
    from: timeQuery.optional(),
    to: timeQuery.optional(),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
    before: z
      .string()
      .regex(/^\d{1,15}-\d{1,10}$/, 'expected the id of an entry')
      .optional(),
  }),
  async handle({ query: { limit, before, from, to, ...filter } }, { audit }) {
    const entries = await audit.list(limit, before, { ...filter, sinceMs: from, untilMs: to });
    return { status: 200, body: { entries } satisfies AuditEntries };
  },
});

type KindOf<Action extends string> = Action extends `${infer Kind}.${string}` ? Kind : never;

/** The compiler finds a kind that the contract does not have. */
function kindOf(action: AuditActionName): AuditKind {
  return action.slice(0, action.indexOf('.')) as KindOf<AuditActionName>;
}
