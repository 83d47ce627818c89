import { z } from 'zod';
import {
  overrideBurstSchema,
  overrideFigureSchema,
  overrideReasonSchema,
  overrideTargetSchema,
} from '../../../ratelimit/index.ts';

import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';

/** Sets a limit's figure for some descriptors, in place of what was set for them before. */
export const setOverrideRoute = defineRoute({
  method: 'PUT',
  path: '/api/limits/overrides',
  access: 'operate',
  operation: {
    id: 'setOverride',
    summary: "Set a limit's figure for some descriptors",
    body: 'SetOverride',
    answers: { 200: { json: 'OverrideSet' }, 201: { json: 'OverrideSet' } },
    problems: ['unknown_limit', 'too_many_overrides', 'invalid_rules'],
  },
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
  async handle({ body: { expiresInS, ...request }, visitor }, { limits }) {
    const expiresInMs = expiresInS === undefined ? undefined : expiresInS * 1000;
    const { override, replaced } = await limits.setOverride({ ...request, expiresInMs }, actorOf(visitor));
    return { status: replaced === undefined ? 201 : 200, body: { override, replaced: replaced ?? null } };
  },
});
