import type { Denial, DenialReason } from '../denial.ts';
import type { Principal } from './principal.ts';

/** What a request brings along to prove who calls. */
export type Credential =
  | { kind: 'none' }
  /** sha256: of the token, a character for each byte, where the methods were asked whether they recall it, and did not. */
  | { kind: 'token'; token: string; sha256?: string }
  /** Of the TLS connection, as Envoy verified it: URL-encoded PEM. */
  | { kind: 'certificate'; encodedPem: string }
  /** Of a browser's login, which Envoy's login filter took from its cookies. */
  | { kind: 'session'; idToken: string }
  /** Cannot be right, whatever it is. */
  | { kind: 'unusable'; reason: DenialReason }
  /** Two that differ: whichever were taken, a proxy in between may have meant the other. */
  | { kind: 'ambiguous' };

/** What a credential proved. */
export type Authentication =
  | { kind: 'authenticated'; principal: Principal }
  /**
   * principal: whose it was, for the log; keyId: which one it was, where nobody's; detail: what the caller should do,
   * where that is not to send another token.
   */
  | { kind: 'rejected'; reason: DenialReason; principal?: Principal; keyId?: string; detail?: string }
  /** It is good, yet not for this request. */
  | { kind: 'forbidden'; denial: Denial; principal: Principal }
  /** Cannot be told now, as while a store is away. */
  | { kind: 'unavailable'; reason: DenialReason };
