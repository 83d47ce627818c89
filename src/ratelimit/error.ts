/**
 * - `invalid_request`: the caller's message cannot be answered (no domain, no descriptors, an unknown unit)
 * - `store_unavailable`: Redis did not answer in time, and the policy is to deny
 * - `no_rules`: the service was started without rules, and none have come yet
 */
export type RatelimitErrorCode = 'invalid_request' | 'store_unavailable' | 'no_rules';

/** A request that gets a gRPC error for an answer, which Envoy turns into its status_on_error. */
export class RatelimitError extends Error {
  override readonly name = 'RatelimitError';
  readonly code: RatelimitErrorCode;

  constructor(code: RatelimitErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
