import { defineRoute } from '../route.ts';

/** Whether the process serves. */
export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  access: 'open',
  operation: {
    id: 'live',
    summary: 'Whether the process serves',
    answers: { 200: { json: 'RoleState' } },
  },
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
});
