/** Why a token does not count: for the log, which never has the token. */
export type TokenRefusal =
  /** Not three parts of canonical base64url, or its JSON has more than one meaning. */
  | 'token_malformed'
  /** Asks for something that is not understood, or brings a key of its own. */
  | 'token_header'
  | 'token_algorithm'
  | 'token_issuer'
  /** Its issuer has no key that it can be signed with. */
  | 'token_key'
  | 'token_signature'
  | 'token_type'
  | 'token_audience'
  | 'token_expired'
  | 'token_not_yet_valid'
  /** Older than maxAge. */
  | 'token_too_old'
  /** A claim is missing or malformed. */
  | 'token_claims';

/** An outcome, not an error: nothing failed. The detail names what was wrong and never repeats what the token says. */
export interface Refused {
  ok: false;
  reason: TokenRefusal;
  detail: string;
}

export function refused(reason: TokenRefusal, detail: string): Refused {
  return { ok: false, reason, detail };
}
