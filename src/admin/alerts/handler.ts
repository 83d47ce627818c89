import type { Alerts } from '../contract.ts';
import { defineRoute } from '../route.ts';

/** Every alert, and whether it fires. */
export const alertsRoute = defineRoute({
  method: 'GET',
  path: '/api/alerts',
  access: 'view',
  operation: {
    id: 'alerts',
    summary: 'Every alert, and whether it fires',
    answers: { 200: { json: 'Alerts' } },
  },
  async handle(_request, { collector, judgedBy }) {
    const { alerts } = await collector.latest();
    return { status: 200, body: { judgedBy, alerts } satisfies Alerts };
  },
});
