/** A worker that waits. */
export interface Waiting {
  served: object | undefined;
  idleSinceMs: number;
  startedAtMs: number;
}

/** What may wait. */
export interface WaitingLimits {
  /** pool.warm.max, for all that wait together. */
  max: number;
  /** For those that have run nobody's job. */
  target: number;
  /** How long one may wait that is not needed for the target. */
  keepMs: number;
  /** pool.recycle.age. */
  ageMs: number;
  nowMs: number;
}

/**
 * Which of the waiting workers are to go: those that are too old, those beyond the target that nobody has wanted for a
 * while, and where there are too many, those first that have waited longest, used ones before others.
 */
export function surplus<W extends Waiting>(waiting: readonly W[], limits: WaitingLimits): W[] {
  const { max, target, keepMs, ageMs, nowMs } = limits;
  const young = waiting.filter(({ startedAtMs }) => nowMs - startedAtMs < ageMs);
  const order = (a: W, b: W) => a.idleSinceMs - b.idleSinceMs;
  const used = young.filter(({ served }) => served !== undefined).sort(order);
  const fresh = young.filter(({ served }) => served === undefined).sort(order);
  const unneeded = [...used, ...fresh.slice(0, Math.max(0, fresh.length - target))];
  const tooMany = Math.max(0, young.length - max);
  const going = unneeded.filter(({ idleSinceMs }, index) => index < tooMany || nowMs - idleSinceMs >= keepMs);
  return [...waiting.filter((worker) => !young.includes(worker)), ...going];
}
