import { z } from 'zod';
import {
  decodeCursor,
  encodeCursor,
  JOB_STATES,
  type JobRecord,
  type ListPlace,
} from '../../../jobs/index.ts';
import type { JobList } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { timeQuery } from '../../time-query.ts';
import { jobSummary } from '../summary.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const MAX_NAME_CHARACTERS = 200;

const states = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z.array(
      z.enum(JOB_STATES, { error: `expected states of ${JOB_STATES.join(', ')}, separated by commas` }),
    ),
  );
const name = z.string().min(1).max(MAX_NAME_CHARACTERS);
const place = z.string().transform((text, context): ListPlace => {
  const decoded = decodeCursor(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'expected next of the page before' });
  return z.NEVER;
});

const querySchema = z.strictObject({
  state: states.optional(),
  tenant: name.optional(),
  client: name.optional(),
  tier: name.optional(),
  from: timeQuery.optional(),
  to: timeQuery.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: place.optional(),
});

/** The jobs of all clients, newest first, without what they were asked or answered. */
export const jobsRoute = defineRoute({
  method: 'GET',
  path: '/api/jobs',
  access: 'view',
  operation: {
    id: 'jobs',
    summary: 'The jobs of all clients, newest first',
    answers: { 200: { json: 'JobList' } },
  },
  query: querySchema,
  async handle({ query }, { jobs }) {
    const { tenant, client, from = 0, to, limit, cursor } = query;
    const owner = tenant !== undefined && client !== undefined ? { tenant, client } : undefined;
    // A place lies below all that came within its millisecond.
    const start = cursor ?? (to === undefined ? undefined : { createdAt: to + 1, jobId: '' });
    const page = await jobs.list(owner, start, limit, wanted(query));
    const isOver = page.next === undefined || page.next.createdAt < from;
    const body: JobList = {
      jobs: page.jobs.map(jobSummary),
      next: isOver || page.next === undefined ? null : encodeCursor(page.next),
    };
    return { status: 200, body };
  },
});

function wanted({ state, tenant, client, tier, from = 0 }: z.infer<typeof querySchema>) {
  const asked = new Set(state ?? JOB_STATES);
  return (job: JobRecord): boolean =>
    asked.has(job.state) &&
    (tenant ?? job.owner.tenant) === job.owner.tenant &&
    (client ?? job.owner.client) === job.owner.client &&
    (tier ?? job.owner.tier) === job.owner.tier &&
    Date.parse(job.createdAt) >= from;
}
