import { z } from 'zod';
import { callerOf, ownerFrom } from '../caller.ts';
import { sendProblem } from '../problem.ts';
import type { ApiContext, Route } from '../route.ts';

/** Forgets what a conversation of the caller has said. Calling twice does no harm. */
export function forgetSessionRoute({ store, log }: ApiContext): Route {
  return {
    method: 'DELETE',
    path: '/claude/sessions/:session',
    head: false,
    access: 'asserted',
    operation: {
      id: 'forgetSession',
      summary: 'Forget a conversation',
      parameters: [{ in: 'path', name: 'session', description: 'as the jobs named it', schema: z.string() }],
      answers: { 204: { description: 'There is nothing of it, and its name begins a new one' } },
      problems: ['assertion_required', 'session_busy', 'service_unavailable', 'internal_error'],
    },
    async handle(request, reply) {
      const { session } = request.params as { session: string };
      if (!(await store.forgetSession(ownerFrom(callerOf(request)), session))) {
        return sendProblem(reply, 'session_busy', {
          detail: 'A job of this session has begun and not ended. Cancel it, or wait for its end.',
        });
      }
      log.of(request).info({}, 'session forgotten');
      return reply.code(204).send();
    },
  };
}
