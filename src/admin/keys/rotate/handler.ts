import { z } from 'zod';
import type { RotatedKey } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { keyIdSchema, seconds } from '../schema.ts';
import { withKeys } from '../with-keys.ts';

/** Makes a key in the place of another; both are good for the grace period. */
export const rotateKeyRoute = defineRoute({
  method: 'POST',
  path: '/api/keys/:id/rotate',
  access: 'operate',
  operation: {
    id: 'rotateKey',
    summary: 'Make a key in the place of another',
    body: 'RotateKey',
    answers: { 201: { json: 'RotatedKey' } },
    problems: ['key_not_found', 'key_not_rotatable', 'keys_unavailable'],
  },
  params: keyIdSchema,
  body: z.strictObject({ graceS: z.union([z.literal(0), seconds]), expiresInS: seconds.optional() }),
  handle: ({ params: { id }, body: { graceS, expiresInS }, visitor }, { keys }) =>
    withKeys(keys, visitor, async (administration) => {
      const expiresInMs = expiresInS === undefined ? undefined : expiresInS * 1000;
      const rotated = await administration.rotateKey({ id, graceMs: graceS * 1000, expiresInMs });
      return { status: 201, body: rotated satisfies RotatedKey };
    }),
});
