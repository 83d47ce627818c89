import { z } from 'zod';

import { defineRoute } from '../../route.ts';
import { actorOf } from '../../sign-in/visitor.ts';
import { descriptorBody, hitsBody } from '../descriptor.ts';

/** Gives hits back to the buckets of a descriptor. */
export const refundRoute = defineRoute({
  method: 'POST',
  path: '/api/limits/refund',
  access: 'operate',
  operation: {
    id: 'refundLimits',
    summary: 'Give hits back to the buckets of a descriptor',
    body: 'RefundLimits',
    answers: { 200: { json: 'DescriptorLimits' } },
    problems: ['unknown_limit', 'invalid_rules'],
  },
  body: z.strictObject({ ...descriptorBody, hits: hitsBody }),
  async handle({ body: { hits, ...descriptor }, visitor }, { limits }) {
    return { status: 200, body: { limits: await limits.refund(descriptor, hits, actorOf(visitor)) } };
  },
});
