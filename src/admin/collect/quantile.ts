/**
 * The value below which a share of what a histogram counted lies, taken as even within a bucket, as Prometheus's
 * histogram_quantile() has it.
 * @param buckets upper bound, and how many were at most that; `+Inf` among them
 * @returns undefined where nothing was counted; the highest finite bound where it lies above all
 */
export function quantile(
  share: number,
  buckets: readonly (readonly [le: number, count: number])[],
): number | undefined {
  const sorted = buckets.toSorted(([a], [b]) => a - b);
  const total = sorted.at(-1)?.[1] ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  let [lower, below] = [0, 0];
  for (const [le, count] of sorted) {
    if (count >= rank) {
      if (le === Number.POSITIVE_INFINITY) return lower;
      return count === below ? le : lower + ((le - lower) * (rank - below)) / (count - below);
    }
    [lower, below] = [le, count];
  }
  return lower;
}
