import { z } from 'zod';
import type { SeriesName } from '../contract.ts';
import { defineRoute } from '../route.ts';

/** All that are followed; the type has it that none is left out. */
const SERIES = Object.keys({
  ...{ requestsPerS: 0, clientErrorsPerS: 0, serverErrorsPerS: 0, limitedPerS: 0 },
  ...{ latencyP50Ms: 0, latencyP95Ms: 0, activeRequests: 0, queueDepth: 0, oldestJobMs: 0 },
  ...{ runningJobs: 0, workerPlaces: 0, warmWorkers: 0, tokensPerHour: 0, costUsdPerHour: 0 },
  ...{ redisLatencyMs: 0, eventLoopLagMs: 0 },
} satisfies Record<SeriesName, 0>) as SeriesName[];

const MAX_MINUTES = 60;

const seriesSchema = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(SERIES, { error: `expected names of ${SERIES.join(', ')}, separated by commas` })));

/** How figures went over the last hour. */
export const historyRoute = defineRoute({
  method: 'GET',
  path: '/api/history',
  access: 'view',
  operation: {
    id: 'history',
    summary: 'How figures went over the last hour',
    answers: { 200: { json: 'History' } },
  },
  query: z.strictObject({
    series: seriesSchema.default(SERIES),
    minutes: z.coerce.number().int().min(1).max(MAX_MINUTES).default(MAX_MINUTES),
  }),
  handle: async ({ query: { series, minutes } }, { collector }) => ({
    status: 200,
    body: collector.history.of(series, minutes),
  }),
});
