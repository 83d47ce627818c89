import { z } from 'zod';
import { ADMIN_ACTOR } from '../../actor.ts';
import { defineRoute } from '../../route.ts';

/** Takes an override away: the rule file holds again. */
export const unsetOverrideRoute = defineRoute({
  method: 'DELETE',
  path: '/api/limits/overrides/:id',
  access: 'token',
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id } }, { limits }) {
    if ((await limits.unsetOverride(id, ADMIN_ACTOR)) !== undefined) return { status: 204 };
    const detail = 'There is no override of this id: GET /api/limits/overrides lists all of them.';
    return { problem: 'override_not_found', detail };
  },
});
