import { defineRoute } from '../route.ts';

/** How every part of the installation is. */
export const installationRoute = defineRoute({
  method: 'GET',
  path: '/api/health',
  access: 'view',
  operation: {
    id: 'health',
    summary: 'How every part of the installation is',
    answers: { 200: { json: 'Health' } },
  },
  handle: async (_request, { survey }) => ({ status: 200, body: await survey() }),
});
