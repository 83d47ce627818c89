/** Why the model room cannot start: a closed set. */
export type ModelErrorCode =
  | 'provider_key_missing'
  | 'provider_key_unreadable'
  | 'base_url_invalid'
  | 'socket_unavailable';

/** The provider or its proxy could not be set up; the message says what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
