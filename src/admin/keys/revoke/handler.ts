import { defineRoute } from '../../route.ts';
import { keyIdSchema } from '../schema.ts';
import { withKeys } from '../with-keys.ts';

/** Ends a key for good, in every process within milliseconds. */
export const revokeKeyRoute = defineRoute({
  method: 'DELETE',
  path: '/api/keys/:id',
  access: 'operate',
  operation: {
    id: 'revokeKey',
    summary: 'End a key for good',
    answers: { 204: 'nothing' },
    problems: ['key_not_found', 'keys_unavailable'],
  },
  params: keyIdSchema,
  handle: ({ params: { id }, visitor }, { keys }) =>
    withKeys(keys, visitor, async (administration) =>
      (await administration.revokeKey(id))
        ? { status: 204 }
        : { problem: 'key_not_found', detail: 'There is no key of this id, or it was revoked before.' },
    ),
});
