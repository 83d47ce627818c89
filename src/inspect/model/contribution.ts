/** One word says so much at most, either way: a chain of n-grams must not decide alone. In log-odds. */
const MAX_CONTRIBUTION = 3;
const MIN_CONTRIBUTION = -1.5;

export function limitContribution(contribution: number): number {
  return Math.min(Math.max(contribution, MIN_CONTRIBUTION), MAX_CONTRIBUTION);
}
