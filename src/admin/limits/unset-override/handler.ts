import { z } from 'zod';

import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';

/** Takes an override away: the rule file holds again. */
export const unsetOverrideRoute = defineRoute({
  method: 'DELETE',
  path: '/api/limits/overrides/:id',
  access: 'operate',
  operation: {
    id: 'unsetOverride',
    summary: 'Take an override away',
    answers: { 204: 'nothing' },
    problems: ['override_not_found'],
  },
  params: z.strictObject({ id: z.string() }),
  async handle({ params: { id }, visitor }, { limits }) {
    if ((await limits.unsetOverride(id, actorOf(visitor))) !== undefined) return { status: 204 };
    const detail = 'There is no override of this id: GET /api/limits/overrides lists all of them.';
    return { problem: 'override_not_found', detail };
  },
});
