import { defineRoute } from '../route.ts';

/** Whether it can do its work: without Redis it cannot. */
export const readyRoute = defineRoute({
  method: 'GET',
  path: '/ready',
  access: 'open',
  operation: {
    id: 'ready',
    summary: 'Whether it can do its work',
    answers: { 200: { json: 'RoleState' }, 503: { json: 'RoleState' } },
  },
  handle: async (_request, { isReady }) =>
    (await isReady())
      ? { status: 200, body: { status: 'ready' } }
      : { status: 503, body: { status: 'not ready', reason: 'Redis is away' } },
});
