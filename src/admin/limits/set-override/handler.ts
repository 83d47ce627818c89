import { z } from 'zod';
import {
  overrideBurstSchema,
  overrideFigureSchema,
  overrideReasonSchema,
  overrideTargetSchema,
} from '../../../ratelimit/index.ts';
import { ADMIN_ACTOR } from '../../actor.ts';
import { defineRoute } from '../../route.ts';

/** Sets a limit's figure for some descriptors, in place of what was set for them before. */
export const setOverrideRoute = defineRoute({
  method: 'PUT',
  path: '/api/limits/overrides',
  access: 'token',
  body: overrideTargetSchema.extend({
    requests: overrideFigureSchema,
    burst: overrideBurstSchema.optional(),
    reason: overrideReasonSchema.optional(),
    expiresInS: z
      .int()
      .min(1)
      .max(10 * 365 * 86_400)
      .optional()
      .describe('seconds for which it holds; for ever when absent'),
  }),
  async handle({ body: { expiresInS, ...request } }, { limits }) {
    const expiresInMs = expiresInS === undefined ? undefined : expiresInS * 1000;
    const { override, replaced } = await limits.setOverride({ ...request, expiresInMs }, ADMIN_ACTOR);
    return { status: replaced === undefined ? 201 : 200, body: { override, replaced: replaced ?? null } };
  },
});
