import { defineRoute } from '../../route.ts';
import { sessionCookie } from '../../sign-in/cookie.ts';

/** Signs a browser out: its session ends here, not only in the browser. */
export const endSessionRoute = defineRoute({
  method: 'DELETE',
  path: '/session',
  access: 'view',
  operation: {
    id: 'signOut',
    summary: 'Sign a browser out',
    answers: { 204: 'nothing' },
  },
  async handle({ visitor, address, isSecure }, { entrance, recordSignIn }) {
    entrance.signOut(visitor);
    if (visitor.via === 'session') await recordSignIn('session.end', visitor, address);
    return { status: 204, headers: { 'set-cookie': sessionCookie('', 0, isSecure) } };
  },
});
