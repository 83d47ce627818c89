/** What a token may do: a viewer sees everything but what jobs wrote, and changes nothing. */
export type AdminRole = 'viewer' | 'operator';

/**
 * `POST /session` takes it and answers 201 with WhoAmI and an HttpOnly cookie, 401 for a wrong token, 429 after too many
 * wrong ones. `DELETE /session` ends it: 204.
 */
export interface SignIn {
  token: string;
}

/** `GET /api/whoami` */
export interface WhoAmI {
  /** Of the token, as the configuration calls it. */
  name: string;
  role: AdminRole;
  /** Whether it may see what jobs wrote. */
  output: boolean;
  via: 'session' | 'bearer';
  /** When the session ends, however much it is used; null for a bearer token. */
  expiresAt: string | null;
}

/**
 * Every request of a page but GET carries this header, with any value: another origin cannot send it without being
 * asked first, and is told no.
 */
export type RequestGuardHeader = 'x-gatehouse-admin';
