import { defineRoute } from '../route.ts';

/** How things are, at one glance. */
export const overviewRoute = defineRoute({
  method: 'GET',
  path: '/api/overview',
  access: 'view',
  async handle(_request, { collector }) {
    return { status: 200, body: (await collector.latest()).overview };
  },
});
