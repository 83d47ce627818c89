import { z } from 'zod';
import type { CreateKeyRequest } from '../../../authz/index.ts';
import type { NewKey } from '../../contract.ts';
import { defineRoute } from '../../route.ts';
import { grantsSchema, seconds } from '../schema.ts';
import { withKeys } from '../with-keys.ts';

/** Makes a key. This answer alone has it. */
export const createKeyRoute = defineRoute({
  method: 'POST',
  path: '/api/keys',
  access: 'operate',
  operation: {
    id: 'createKey',
    summary: 'Make a key; this answer alone has it',
    body: 'CreateKey',
    answers: { 201: { json: 'NewKey' } },
    problems: ['keys_unavailable'],
  },
  body: z.strictObject({
    client: z.string(),
    tenant: z.string().optional(),
    tier: z.string().optional(),
    expiresInS: seconds.optional(),
    ...grantsSchema,
  }),
  handle: ({ body: { expiresInS, ...rest }, visitor }, { keys }) =>
    withKeys(keys, visitor, async (administration) => {
      const expiresInMs = expiresInS === undefined ? undefined : expiresInS * 1000;
      const created = await administration.createKey({ ...rest, expiresInMs } as CreateKeyRequest);
      return { status: 201, body: created satisfies NewKey };
    }),
});
