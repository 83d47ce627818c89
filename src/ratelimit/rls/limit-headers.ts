import { type LimitState, type Outcome, resetSeconds } from './outcome.ts';

/** What the headers are called that tell a limit, what is left of it, and the seconds until its window ends. */
export interface LimitHeaderNames {
  limit: string;
  remaining: string;
  reset: string;
}

/**
 * Headers for the caller of the limit that matters most: the last one that refuses, else the first of those that
 * have least left. (As envoyproxy/ratelimit with LIMIT_RESPONSE_HEADERS_ENABLED.)
 */
export function limitHeaders(outcome: Outcome, names: LimitHeaderNames): { key: string; value: string }[] {
  const told = mattersMost(outcome);
  if (told === undefined) return [];
  return [
    { key: names.limit, value: String(told.limit.requests) },
    { key: names.remaining, value: String(told.state.remaining) },
    { key: names.reset, value: String(resetSeconds(told.state)) },
  ];
}

function mattersMost({ descriptors }: Outcome): LimitState | undefined {
  let found: LimitState | undefined;
  for (const { decided, quotaMode } of descriptors) {
    if (decided === undefined) continue;
    const refuses = decided.refuses && !quotaMode;
    if (refuses || found === undefined || decided.state.remaining < found.state.remaining) found = decided;
  }
  return found;
}
