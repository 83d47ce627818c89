import type { WhoAmI } from '../contract.ts';
import { defineRoute } from '../route.ts';
import type { Visitor } from '../sign-in/visitor.ts';

/** Who the visitor is, and what is permitted. */
export const whoAmIRoute = defineRoute({
  method: 'GET',
  path: '/api/whoami',
  access: 'view',
  operation: {
    id: 'whoAmI',
    summary: 'Who the visitor is, and what is permitted',
    answers: { 200: { json: 'WhoAmI' } },
  },
  handle: async ({ visitor }) => ({ status: 200, body: whoAmI(visitor) }),
});

export function whoAmI({ name, role, output, via, session }: Visitor): WhoAmI {
  const expiresAt = session === undefined ? null : new Date(session.expiresAtMs).toISOString();
  return { name, role, output, via, expiresAt };
}
