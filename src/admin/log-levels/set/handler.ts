import { z } from 'zod';
import {
  DEFAULT_LEVEL_MS,
  levelTargetSchema,
  logLevelSchema,
  MAX_LEVEL_MS,
} from '../../../log-levels/index.ts';
import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';

/** Sets a component's level for a while, in every process at once. */
export const setLogLevelRoute = defineRoute({
  method: 'PUT',
  path: '/api/logs/levels/:component',
  access: 'operate',
  operation: {
    id: 'setLogLevel',
    summary: "Set a component's level for a while",
    body: 'SetLogLevel',
    answers: { 200: { json: 'LogLevel' } },
  },
  params: z.strictObject({ component: levelTargetSchema }),
  body: z.strictObject({
    level: logLevelSchema,
    forS: z
      .int()
      .min(1)
      .max(MAX_LEVEL_MS / 1000)
      .default(DEFAULT_LEVEL_MS / 1000)
      .describe('seconds for which it holds'),
  }),
  async handle({ params: { component }, body: { level, forS }, visitor }, { logLevels }) {
    return { status: 200, body: await logLevels.set(component, level, forS * 1000, actorOf(visitor)) };
  },
});
