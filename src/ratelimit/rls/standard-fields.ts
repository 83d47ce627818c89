import type { Limit } from '../rules/rule.ts';
import { type LimitState, type Outcome, resetSeconds } from './outcome.ts';
import { windowSeconds } from './window-seconds.ts';

/**
 * The fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10): lists of structured fields, one
 * item for each limit that has a name and may refuse. q is the figure, w the window in seconds, r what is left, t the
 * seconds until it is whole again.
 */
export function standardFields({ descriptors }: Outcome): { key: string; value: string }[] {
  const told: LimitState[] = [];
  for (const { limits } of descriptors) for (const limit of limits) if (isTold(limit)) told.push(limit);
  if (told.length === 0) return [];
  return [
    { key: 'ratelimit-policy', value: told.map(({ limit }) => policy(limit)).join(', ') },
    { key: 'ratelimit', value: told.map(remaining).join(', ') },
  ];
}

/** RFC 9651, section 3.3.3: a string is printable ASCII. */
function isTold({ limit }: LimitState): boolean {
  return limit.name !== '' && !limit.shadowMode && /^[\x20-\x7e]+$/.test(limit.name);
}

function policy({ name, requests, algorithm }: Limit): string {
  const item = `${quoted(name)};q=${requests}`;
  if (algorithm.kind === 'concurrency') return `${item};qu="concurrent-requests"`;
  const seconds = windowSeconds(algorithm);
  return seconds === undefined ? item : `${item};w=${seconds}`;
}

function remaining({ limit, state }: LimitState): string {
  return `${quoted(limit.name)};r=${state.remaining};t=${resetSeconds(state)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
