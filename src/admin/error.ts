export type AdminErrorCode =
  /** No token is configured, or its file cannot be read or holds none. */
  'invalid_token_file';

/** The admin role cannot start. The message is for people: what is wrong and what to do about it. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
