import { AuthzError, type AuthzErrorCode, type KeyAdministration } from '../../authz/index.ts';
import type { AdminProblemCode } from '../problem.ts';
import type { AdminAnswer } from '../route.ts';
import { actorOf, type Visitor } from '../sign-in/visitor.ts';
import type { KeyAccess } from './open.ts';

const PROBLEMS: Partial<Record<AuthzErrorCode, AdminProblemCode>> = {
  invalid_client: 'invalid_request',
  invalid_tenant: 'invalid_request',
  unknown_tier: 'invalid_request',
  invalid_expiry: 'invalid_request',
  invalid_grant: 'invalid_request',
  unknown_key: 'key_not_found',
  expired_key: 'key_not_rotatable',
  already_rotated: 'key_not_rotatable',
};

/** Which field of a request is wrong. */
const FIELDS: Partial<Record<AuthzErrorCode, string>> = {
  invalid_client: 'client',
  invalid_tenant: 'tenant',
  unknown_tier: 'tier',
  invalid_expiry: 'expiresInS',
};

/** Does something with keys for a visitor, and answers what cannot be done. */
export async function withKeys(
  keys: KeyAccess,
  visitor: Visitor,
  use: (administration: KeyAdministration) => Promise<AdminAnswer>,
): Promise<AdminAnswer> {
  if ('unavailable' in keys) return { problem: 'keys_unavailable', detail: keys.unavailable };
  try {
    return await use(keys(actorOf(visitor)));
  } catch (error) {
    const problem = error instanceof AuthzError ? PROBLEMS[error.code] : undefined;
    if (problem === undefined) throw error;
    const { code, message } = error as AuthzError;
    const path = FIELDS[code];
    return { problem, detail: message, ...(path !== undefined && { errors: [{ path, message }] }) };
  }
}
