/** Why the proxy itself ends a request. */
export type InterruptionReason = 'worker_gone' | 'closing' | 'silence' | 'total_time';

/** Reason of the abort signal of a request that the proxy ends, as opposed to what the network does. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly reason: InterruptionReason;

  constructor(reason: InterruptionReason) {
    super(`the proxy ended the request: ${reason}`);
    this.reason = reason;
  }
}
