import type { KeyList } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { withKeys } from '../with-keys.ts';

/** Every key's record, and never a key. */
export const keysRoute = defineRoute({
  method: 'GET',
  path: '/api/keys',
  access: 'view',
  operation: {
    id: 'keys',
    summary: "Every key's record, and never a key",
    answers: { 200: { json: 'KeyList' } },
    problems: ['keys_unavailable'],
  },
  handle: ({ visitor }, { keys, choices }) =>
    withKeys(keys, visitor, async (administration) => {
      const body: KeyList = { keys: await administration.listKeys(), ...choices };
      return { status: 200, body };
    }),
});
