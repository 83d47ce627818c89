import { z } from 'zod';
import { ADMIN_ACTOR } from '../../actor.ts';
import { defineRoute } from '../../route.ts';
import { descriptorBody, hitsBody } from '../descriptor.ts';

/** Gives hits back to the buckets of a descriptor. */
export const refundRoute = defineRoute({
  method: 'POST',
  path: '/api/limits/refund',
  access: 'token',
  body: z.strictObject({ ...descriptorBody, hits: hitsBody }),
  async handle({ body: { hits, ...descriptor } }, { limits }) {
    return { status: 200, body: { limits: await limits.refund(descriptor, hits, ADMIN_ACTOR) } };
  },
});
