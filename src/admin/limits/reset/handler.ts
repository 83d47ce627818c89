import { z } from 'zod';
import { ADMIN_ACTOR } from '../../actor.ts';
import { defineRoute } from '../../route.ts';
import { descriptorBody } from '../descriptor.ts';

/** Empties the buckets of a descriptor. */
export const resetRoute = defineRoute({
  method: 'POST',
  path: '/api/limits/reset',
  access: 'token',
  body: z.strictObject(descriptorBody),
  async handle({ body }, { limits }) {
    return { status: 200, body: { limits: await limits.reset(body, ADMIN_ACTOR) } };
  },
});
