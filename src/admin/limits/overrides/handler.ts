import { defineRoute } from '../../route.ts';

/** The overrides in force. */
export const overridesRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/overrides',
  access: 'view',
  operation: {
    id: 'overrides',
    summary: 'The overrides in force',
    answers: { 200: { json: 'Overrides' } },
  },
  async handle(_request, { limits }) {
    return { status: 200, body: { overrides: await limits.listOverrides() } };
  },
});
