import { z } from 'zod';

import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';
import { descriptorBody } from '../descriptor.ts';

/** Empties the buckets of a descriptor. */
export const resetRoute = defineRoute({
  method: 'POST',
  path: '/api/limits/reset',
  access: 'operate',
  operation: {
    id: 'resetLimits',
    summary: 'Empty the buckets of a descriptor',
    body: 'ResetLimits',
    answers: { 200: { json: 'DescriptorLimits' } },
    problems: ['unknown_limit', 'invalid_rules'],
  },
  body: z.strictObject(descriptorBody),
  async handle({ body, visitor }, { limits }) {
    return { status: 200, body: { limits: await limits.reset(body, actorOf(visitor)) } };
  },
});
