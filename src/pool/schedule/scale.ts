/** What decides how many workers wait that have run nobody's job. */
export interface Demand {
  min: number;
  max: number;
  /** Jobs of late that found no worker of their client's to be reused, and over which time. */
  recentJobs: number;
  windowMs: number;
  /** How long a worker takes until it is ready. */
  startMs: number;
  /** Memory of the host that is free, and how much of it is to stay so. */
  availableBytes: number;
  spareBytes: number;
  /** What one more worker takes. */
  workerBytes: number;
  /** Those that wait now. */
  waiting: number;
}

/** Jobs do not come evenly: twice the mean has a worker ready for nearly all. */
const HEADROOM = 2;

/** As many workers as jobs come while one starts, within pool.warm.min and max, and no more than there is memory for. */
export function warmTarget(demand: Demand): number {
  const { min, max, recentJobs, windowMs, startMs, waiting } = demand;
  const comingWhileOneStarts = Math.ceil((recentJobs / windowMs) * startMs * HEADROOM);
  const wanted = Math.min(Math.max(comingWhileOneStarts, min), max);
  const room = Math.floor((demand.availableBytes - demand.spareBytes) / demand.workerBytes);
  return Math.max(0, Math.min(wanted, waiting + room));
}

/** How a worker is started in advance: opened for jobs without system prompt and schema, or so that it can be opened in any way. */
export type WarmKind = 'plain' | 'unopened';

/**
 * Which kind of worker to start next, so that those that wait are mixed as jobs are.
 * @param target how many shall wait together
 * @param waiting how many of each do
 * @param recent how many jobs of late needed which
 */
export function nextWarmKind(
  target: number,
  waiting: Record<WarmKind, number>,
  recent: Record<WarmKind, number>,
): WarmKind {
  const jobs = recent.plain + recent.unopened;
  if (jobs === 0) return 'plain';
  const wanted = Math.round((target * recent.unopened) / jobs);
  // As long as some jobs need one, one waits where there is room for two.
  const unopened = recent.unopened > 0 && target > 1 ? Math.max(wanted, 1) : wanted;
  const plain = target - unopened;
  return unopened - waiting.unopened > Math.max(plain - waiting.plain, 0) ? 'unopened' : 'plain';
}
