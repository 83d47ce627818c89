/** What the public guide tells its callers to expect of one run. */
const RUN_SECONDS = { low: 30, high: 120 };

/**
 * How long until a job is done, in words for its caller, such as `30-120 seconds`.
 * @param position place among the waiting jobs, 1 for the next; undefined once it runs
 * @param workers jobs that run at the same time
 */
export function estimateWait(position: number | undefined, workers: number): string {
  const rounds = Math.ceil(Math.max(position ?? 1, 1) / workers);
  return `${RUN_SECONDS.low * rounds}-${RUN_SECONDS.high * rounds} seconds`;
}
