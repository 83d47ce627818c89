import { z } from 'zod';
import { levelTargetSchema } from '../../../log-levels/index.ts';
import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';

/** Takes a component's level away, so that the configuration holds again. Calling twice does no harm. */
export const unsetLogLevelRoute = defineRoute({
  method: 'DELETE',
  path: '/api/logs/levels/:component',
  access: 'operate',
  operation: {
    id: 'unsetLogLevel',
    summary: "Take a component's level away",
    answers: { 204: 'nothing' },
  },
  params: z.strictObject({ component: levelTargetSchema }),
  async handle({ params: { component }, visitor }, { logLevels }) {
    await logLevels.unset(component, actorOf(visitor));
    return { status: 204 };
  },
});
