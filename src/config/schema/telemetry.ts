import { z } from 'zod';
import { metricsSchema } from './telemetry/metrics.ts';
import { tracesSchema } from './telemetry/traces.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The parts that log, each with a level of its own: rooms of docs/architecture.md. */
export const LOG_COMPONENTS = {
  serve: 'starting and stopping a process',
  authz: 'decisions, keys, tokens',
  ratelimit: 'limits and their rules, also in the api and the worker',
  api: 'requests that came through the gateway',
  jobs: 'the queue, attempts, records',
  pool: 'workers, sandbox, what a run came to',
  model: 'requests to the model provider',
  admin: 'the admin API',
} as const;
export type LogComponent = keyof typeof LOG_COMPONENTS;

const level = z.enum(LOG_LEVELS);

const components = Object.fromEntries(
  Object.entries(LOG_COMPONENTS).map(([name, about]) => [name, level.optional().describe(about)]),
) as Record<LogComponent, z.ZodOptional<typeof level>>;

export const telemetrySchema = z
  .strictObject({
    logs: z
      .strictObject({
        level: level
          .default('info')
          .describe('the least severe lines that are written; `gatehouse logs level` changes it for a while'),
        components: z
          .strictObject(components)
          .prefault({})
          .describe('levels of single components, in place of level'),
      })
      .prefault({}),
    metrics: metricsSchema,
    traces: tracesSchema,
    jaeger: z
      .enum(['none', 'embedded'])
      .default('none')
      .describe(
        'embedded: `gatehouse up` runs a Jaeger of its own, in memory and on loopback, which traces go to unless telemetry.traces names another; `make jaeger` builds it',
      ),
  })
  .prefault({});
