import type { Limit } from './rule.ts';

/** What a limit allows, for people: `60 requests per minute`, `5 requests at a time`. */
export function describeLimit(limit: Limit): string {
  return `${limit.requests} ${limit.requests === 1 ? 'request' : 'requests'} ${period(limit)}`;
}

function period({ algorithm, unit, unitMultiplier }: Limit): string {
  const window = unitMultiplier === 1 ? unit : `${unitMultiplier} ${unit}s`;
  switch (algorithm.kind) {
    case 'fixed_window':
      return `per ${window}`;
    case 'sliding_window':
      return `in any ${window}`;
    case 'token_bucket':
      return `per ${window}, ${algorithm.burst} at once`;
    case 'concurrency':
      return 'at a time';
    case 'quota':
      return `per calendar ${algorithm.period} (${algorithm.timeZone})`;
  }
}
