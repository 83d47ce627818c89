const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;

/** A child that was ready for this long has recovered: its next end counts as the first again. */
export const HEALTHY_AFTER_MS = 30_000;

/**
 * How long to wait before a child is started again.
 * @param failures how often in a row it ended before, at least 1
 */
export function restartDelayMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
}
