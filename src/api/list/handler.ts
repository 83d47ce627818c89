import { z } from 'zod';
import { decodeCursor, encodeCursor, JOB_STATES } from '../../jobs/index.ts';
import { callerOf, ownerFrom } from '../caller.ts';
import { summary } from '../invalid-fields.ts';
import { jobStatus } from '../job-status.ts';
import { sendProblem } from '../problem.ts';
import { readQuery } from '../query.ts';
import type { ApiContext, Route } from '../route.ts';
import { jobListSchema, listQuerySchema } from './schema.ts';

/** Lists the caller's own jobs, newest first, a page at a time. */
export function listRoute({ store, now }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/claude/jobs',
    head: false,
    access: 'asserted',
    operation: {
      id: 'list',
      summary: 'List your jobs',
      parameters: [
        {
          in: 'query',
          name: 'state',
          description: `only jobs of these states, separated by commas: ${JOB_STATES.join(', ')}`,
          schema: z.string().optional(),
        },
        {
          in: 'query',
          name: 'limit',
          description: 'most jobs of one page',
          schema: z.int().min(1).max(100).default(20),
        },
        {
          in: 'query',
          name: 'cursor',
          description: 'nextCursor of the page before',
          schema: z.string().optional(),
        },
      ],
      answers: {
        200: { description: 'A page of them', schema: { name: 'JobList', schema: jobListSchema } },
      },
      problems: ['invalid_request', 'assertion_required', 'service_unavailable', 'internal_error'],
    },
    async handle(request, reply) {
      const read = readQuery(listQuerySchema, request, reply);
      if (read.kind === 'refused') return read.reply;
      const { state: states, limit, cursor } = read.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        const errors = [{ path: 'cursor', message: 'expected nextCursor of the page before' }];
        return sendProblem(reply, 'invalid_request', { detail: summary(errors), errors });
      }
      const wanted = new Set(states ?? JOB_STATES);
      const page = await store.list(ownerFrom(callerOf(request)), after, limit, ({ state }) =>
        wanted.has(state),
      );
      return reply
        .code(200)
        .header('cache-control', 'no-store')
        .send({
          jobs: page.jobs.map((job) => jobStatus(job, undefined, now())),
          ...(page.next && { nextCursor: encodeCursor(page.next) }),
        });
    },
  };
}
