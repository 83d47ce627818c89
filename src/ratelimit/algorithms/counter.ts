/**
 * What one bucket holds, in this process: the same arithmetic as lua/ does in Redis. A hit is one unit, of a token bucket
 * as many as exactRate says.
 */
export interface Counter {
  /** Units counted at the time of the last moveTo. */
  readonly used: number;
  /** Forgets what no longer counts at a time. */
  moveTo(nowMs: number): void;
  charge(units: number): void;
  /** @param chargedAtMs when they were charged; undefined where that does not matter */
  giveBack(units: number, chargedAtMs: number | undefined): void;
  /**
   * Milliseconds until what BucketState.resetMs says.
   * @param need units that must fit where the bucket is over
   */
  waitMs(over: boolean, need: number, capacity: number): number;
}
