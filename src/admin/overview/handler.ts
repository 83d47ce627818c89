import { defineRoute } from '../route.ts';

/** How things are, at one glance. */
export const overviewRoute = defineRoute({
  method: 'GET',
  path: '/api/overview',
  access: 'view',
  operation: {
    id: 'overview',
    summary: 'How things are, at one glance',
    answers: { 200: { json: 'Overview' } },
  },
  async handle(_request, { collector }) {
    return { status: 200, body: (await collector.latest()).overview };
  },
});
