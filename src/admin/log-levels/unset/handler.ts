import { z } from 'zod';
import { levelTargetSchema } from '../../../log-levels/index.ts';
import { ADMIN_ACTOR } from '../../actor.ts';
import { defineRoute } from '../../route.ts';

/** Takes a component's level away, so that the configuration holds again. Calling twice does no harm. */
export const unsetLogLevelRoute = defineRoute({
  method: 'DELETE',
  path: '/api/logs/levels/:component',
  access: 'token',
  params: z.strictObject({ component: levelTargetSchema }),
  async handle({ params: { component } }, { logLevels }) {
    await logLevels.unset(component, ADMIN_ACTOR);
    return { status: 204 };
  },
});
