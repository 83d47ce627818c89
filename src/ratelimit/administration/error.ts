/**
 * - `unknown_domain`, `unknown_limit`: the rule files have none of that name
 * - `invalid_override`: its entries or figures cannot hold for that limit
 * - `invalid_text`: a text holds what must not be shown to others
 * - `too_many_overrides`: as many are set as may be
 * - `rules_elsewhere`: rules come from a management server, which these tools do not ask
 * - `not_refundable`: the limit counts what runs now, not what was
 */
export type LimitsErrorCode =
  | 'unknown_domain'
  | 'unknown_limit'
  | 'invalid_override'
  | 'invalid_text'
  | 'too_many_overrides'
  | 'rules_elsewhere'
  | 'not_refundable';

/** What an operator asked of the limits cannot be done. The message is for people and says what can. */
export class LimitsError extends Error {
  override readonly name = 'LimitsError';
  readonly code: LimitsErrorCode;

  constructor(code: LimitsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
