import { z } from 'zod';
import { defineRoute } from '../../route.ts';
import { sessionCookie } from '../../sign-in/cookie.ts';
import { whoAmI } from '../../whoami/handler.ts';

const MAX_TOKEN_CHARACTERS = 1_024;

/** Signs a browser in: a token for a cookie. */
export const beginSessionRoute = defineRoute({
  method: 'POST',
  path: '/session',
  access: 'sign_in',
  operation: {
    id: 'signIn',
    summary: 'Sign a browser in: a token for a cookie',
    body: 'SignIn',
    answers: { 201: { json: 'WhoAmI' } },
  },
  body: z.strictObject({ token: z.string().min(1).max(MAX_TOKEN_CHARACTERS) }),
  async handle({ body, address, isSecure }, { entrance, recordSignIn }) {
    const admission = entrance.signIn(body.token, address);
    if (admission.kind !== 'admitted') return { refusal: admission };
    const { visitor } = admission;
    await recordSignIn('session.begin', visitor, address);
    const { id = '', expiresAtMs = 0 } = visitor.session ?? {};
    const headers = { 'set-cookie': sessionCookie(id, expiresAtMs, isSecure) };
    return { status: 201, headers, body: whoAmI(visitor) };
  },
});
