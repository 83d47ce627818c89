import type { DenialReason } from '../denial.ts';

/** What a request brings along to prove who calls. */
export type Credential =
  | { kind: 'api_key'; apiKey: string }
  /** Cannot be right, whatever the store says. */
  | { kind: 'unusable'; reason: DenialReason }
  /** Two that differ: whichever were taken, a proxy in between may have meant the other. */
  | { kind: 'ambiguous' };
