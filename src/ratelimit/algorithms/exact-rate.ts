/**
 * A token bucket's rate without rounding: a hit is `unit` units, and each millisecond frees `rate` of them.
 * Whole numbers are exact to 2^53; a burst of 2^32 hits at 7 a day stays below it by a factor of 3.
 */
export interface ExactRate {
  unit: number;
  rate: number;
}

/**
 * @param requests freed in each refillMs, evenly; of 0 nothing is, and the rate tells how long a hit is remembered
 */
export function exactRate(requests: number, refillMs: number): ExactRate {
  const divisor = greatestCommonDivisor(Math.max(requests, 1), refillMs);
  return { unit: refillMs / divisor, rate: Math.max(requests, 1) / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
