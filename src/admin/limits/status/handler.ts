import { defineRoute } from '../../route.ts';

/** Which rules each running process has, and why it refused newer ones. */
export const statusRoute = defineRoute({
  method: 'GET',
  path: '/api/limits/status',
  access: 'view',
  operation: {
    id: 'rulesStatus',
    summary: 'Which rules each running process has, and why it refused newer ones',
    answers: { 200: { json: 'RulesStatus' } },
  },
  async handle(_request, { limits }) {
    return { status: 200, body: await limits.status() };
  },
});
