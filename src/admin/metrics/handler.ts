import { z } from 'zod';
import { EXPOSITION_TYPES, expositionFormat, printExposition } from '../../telemetry/index.ts';
import { defineRoute } from '../route.ts';
import { SOURCE_ROLES } from './sources.ts';

const role = z.enum([...SOURCE_ROLES, 'admin']);

/** The metrics of the whole installation on one page, as Prometheus reads them; ?role=api (repeatable) for some of it. */
export const metricsRoute = defineRoute({
  method: 'GET',
  path: '/metrics',
  access: 'view',
  operation: {
    id: 'metrics',
    summary: 'The metrics of the whole installation, as Prometheus reads them',
    answers: { 200: { text: ['text/plain', 'application/openmetrics-text'] } },
  },
  query: z.strictObject({
    role: z.union([role.transform((one) => [one]), z.array(role)]).optional(),
  }),
  async handle({ query, accept }, { metrics }) {
    const format = expositionFormat(accept);
    return {
      status: 200,
      body: printExposition(await metrics.read(query.role), format),
      headers: { 'content-type': EXPOSITION_TYPES[format] },
    };
  },
});
