/** Whether a provider can be asked now. Times are milliseconds since the epoch. */
export type Availability =
  | { kind: 'open' }
  /** It asked for a pause. */
  | { kind: 'parked'; untilMs: number }
  /** It fails too often. */
  | { kind: 'broken'; untilMs: number };

/** Of several that stand in for each other: open while one of them is, else until the first of them may be. */
export function availabilityOfAny(each: readonly Availability[]): Availability {
  let first: Availability = { kind: 'open' };
  for (const one of each) {
    if (one.kind === 'open') return one;
    if (first.kind === 'open' || one.untilMs < first.untilMs) first = one;
  }
  return first;
}
