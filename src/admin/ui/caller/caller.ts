import { problemOf, reach } from '../shared/problem.ts';
import { type RateLimit, rateLimitsOf, withLimits } from './rate-limits.ts';

/** Calls the API for whoever has this page open. */
export interface Caller {
  /** @throws CallProblem where the answer is no success or nobody answers */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** What the answers so far have told of limits. */
  limits(): ReadonlyMap<string, RateLimit>;
}

/**
 * @param apiKey kept nowhere but in here, so that it is gone with the tab; undefined calls with the browser's login
 * @param onLimits called after every answer that tells of limits
 */
export function createCaller(apiKey: string | undefined, onLimits: () => void): Caller {
  let limits: ReadonlyMap<string, RateLimit> = new Map();
  return {
    async send(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('accept', headers.get('accept') ?? 'application/json');
      if (apiKey !== undefined) headers.set('x-api-key', apiKey);
      // A key and a login of two people would be refused.
      const credentials = apiKey === undefined ? 'same-origin' : 'omit';
      const answer = await reach(path, { ...init, headers, credentials });
      const told = rateLimitsOf(answer.headers, Date.now());
      if (told.length > 0) {
        limits = withLimits(limits, told);
        onLimits();
      }
      if (!answer.ok) throw await problemOf(answer);
      return answer;
    },
    limits: () => limits,
  };
}
