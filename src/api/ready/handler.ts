import { z } from 'zod';
import { sendProblem } from '../problem.ts';
import type { ApiContext, Route } from '../route.ts';

/** Whether jobs can be submitted and read here: Redis answers and this process takes new callers. */
export function readyRoute({ store, draining }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/ready',
    head: true,
    access: 'open',
    operation: {
      id: 'ready',
      summary: 'Whether jobs can be submitted and read',
      answers: {
        200: {
          description: 'They can',
          schema: { name: 'Ready', schema: z.object({ status: z.literal('ready') }) },
        },
      },
      problems: ['service_unavailable'],
    },
    async handle(_request, reply) {
      if (draining.aborted) {
        return sendProblem(reply, 'service_unavailable', {
          detail: 'This process takes no new callers: it is about to close.',
          retryAfter: 5,
        });
      }
      await store.ping();
      return reply.code(200).header('cache-control', 'no-store').send({ status: 'ready' });
    },
  };
}
