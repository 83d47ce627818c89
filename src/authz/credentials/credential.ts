import type { DenialReason } from '../denial.ts';
import type { Principal } from './principal.ts';

/** What a request brings along to prove who calls. */
export type Credential =
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  /** Of the TLS connection, as Envoy verified it. */
  | { kind: 'certificate'; pem: string }
  /** Cannot be right, whatever it is. */
  | { kind: 'unusable'; reason: DenialReason }
  /** Two that differ: whichever were taken, a proxy in between may have meant the other. */
  | { kind: 'ambiguous' };

/** What a credential proved. */
export type Authentication =
  | { kind: 'authenticated'; principal: Principal }
  /** principal: whose it was, for the log. */
  | { kind: 'rejected'; reason: DenialReason; principal?: Principal }
  /** Cannot be told now, as while a store is away. */
  | { kind: 'unavailable'; reason: DenialReason };
