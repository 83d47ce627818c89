import type { Reading } from '../usage-meter.ts';
import type { InterruptionReason } from './interruption.ts';

/** What became of one request to the provider. */
export interface Exchange {
  /** What the provider answered, as far as it came. */
  answer?: { status: number; retryAfter?: string; reading: Reading };
  /** Why it did not run to its end: the proxy's own reason, or what the network threw. */
  brokenBy?: InterruptionReason | Error;
}
