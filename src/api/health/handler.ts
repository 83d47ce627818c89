import { z } from 'zod';
import { sendProblem } from '../problem.ts';
import type { ApiContext, Route } from '../route.ts';

/**
 * Whether this process can answer: what Envoy's active check asks. Redis is not looked at: while it is away, callers
 * get this API's own 503 with its reason, which is clearer than Envoy's for an upstream that is out.
 */
export function healthRoute({ closing }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/health',
    head: true,
    access: 'open',
    operation: {
      id: 'health',
      summary: 'Whether the API process answers',
      answers: {
        200: {
          description: 'It does',
          schema: { name: 'Health', schema: z.object({ status: z.literal('ok') }) },
        },
      },
      problems: ['service_unavailable'],
    },
    async handle(_request, reply) {
      if (closing.aborted) {
        return sendProblem(reply, 'service_unavailable', {
          detail: 'This process is closing.',
          retryAfter: 5,
        });
      }
      return reply.code(200).header('cache-control', 'no-store').send({ status: 'ok' });
    },
  };
}
