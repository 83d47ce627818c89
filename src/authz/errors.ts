/** Everything that may go wrong in authz before it serves, and in the administration of keys. */
export type AuthzErrorCode =
  | 'invalid_client'
  | 'invalid_tenant'
  | 'unknown_tier'
  | 'invalid_expiry'
  | 'invalid_grant'
  | 'unknown_key'
  | 'expired_key'
  | 'already_rotated'
  | 'invalid_block'
  | 'blocklist_full'
  | 'invalid_key_file'
  | 'invalid_issuer_key'
  | 'invalid_introspection_file'
  | 'development_issuer_off'
  | 'invalid_token_request'
  | 'corrupt_record'
  | 'invalid_request_file'
  | 'not_http'
  | 'cannot_listen';

/** The message is a sentence for the operator that says what to do. */
export class AuthzError extends Error {
  override readonly name = 'AuthzError';
  readonly code: AuthzErrorCode;

  constructor(code: AuthzErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
