import { defineRoute } from '../route.ts';

/** Whether the process serves. */
export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  access: 'open',
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
});
