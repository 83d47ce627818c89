import { z } from 'zod';
import { REASON_CLASSES } from '../../../inspect/index.ts';
import type { FindingList } from '../../contract.ts';
import { defineRoute } from '../../route.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const MAX_NAME_CHARACTERS = 200;
const name = z.string().min(1).max(MAX_NAME_CHARACTERS);

/** What inspection flagged and rejected lately, without the texts. */
export const findingsRoute = defineRoute({
  method: 'GET',
  path: '/api/inspection/findings',
  access: 'view',
  operation: {
    id: 'findings',
    summary: 'What inspection flagged and rejected lately, without the texts',
    answers: { 200: { json: 'FindingList' } },
  },
  query: z.strictObject({
    verdict: z.enum(['flag', 'reject']).optional(),
    reasonClass: z.enum(REASON_CLASSES).optional(),
    tenant: name.optional(),
    client: name.optional(),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hex')
      .optional(),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
    before: z
      .string()
      .regex(/^\d{1,15}-\d{1,10}$/, 'expected next of the page before')
      .optional(),
  }),
  async handle({ query: { limit, before, ...asked } }, { findings }) {
    const wanted = Object.entries(asked).filter(([, value]) => value !== undefined);
    const page = await findings.list(limit, before, (finding) =>
      wanted.every(([field, value]) => finding[field as keyof typeof asked] === value),
    );
    const body: FindingList = { findings: page.findings, next: page.next ?? null };
    return { status: 200, body };
  },
});
