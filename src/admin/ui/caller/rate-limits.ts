/** A limit, as an answer's headers tell it. */
export interface RateLimit {
  name: string;
  /** How much of it a window has. */
  quota: number;
  windowS: number;
  remaining: number;
  /** When it is whole again, in milliseconds since the epoch. */
  resetAtMs: number;
}

/** Items of a structured field (RFC 9651) that are a string with numbers as parameters: `"name";q=60;w=60, ...`. */
function items(header: string | null): Map<string, Map<string, number>> {
  const found = (header ?? '').matchAll(/"((?:[^"\\]|\\.)*)"((?:;[a-z]+=\d+)*)/g);
  return new Map(
    [...found].map(([, name = '', parameters = '']) => [
      name,
      new Map(
        [...parameters.matchAll(/;([a-z]+)=(\d+)/g)].map(([, key = '', value]) => [key, Number(value)]),
      ),
    ]),
  );
}

/**
 * The limits that RateLimit-Policy and RateLimit tell (draft-ietf-httpapi-ratelimit-headers).
 * @param nowMs when the answer came, in milliseconds since the epoch
 */
export function rateLimitsOf(headers: Pick<Headers, 'get'>, nowMs: number): RateLimit[] {
  const policies = items(headers.get('ratelimit-policy'));
  return [...items(headers.get('ratelimit'))].flatMap(([name, state]) => {
    const quota = policies.get(name)?.get('q');
    const remaining = state.get('r');
    if (quota === undefined || remaining === undefined) return [];
    const windowS = policies.get(name)?.get('w') ?? 0;
    return [{ name, quota, windowS, remaining, resetAtMs: nowMs + (state.get('t') ?? 0) * 1_000 }];
  });
}

/** What is known of all limits after an answer: each as it was told last. */
export function withLimits(
  known: ReadonlyMap<string, RateLimit>,
  told: readonly RateLimit[],
): ReadonlyMap<string, RateLimit> {
  return told.length === 0
    ? known
    : new Map([...known, ...told.map((limit) => [limit.name, limit] as const)]);
}

/** How much is left now: all of it once the window that it was told of is over. */
export function remainingNow({ quota, remaining, resetAtMs }: RateLimit, nowMs: number): number {
  return nowMs >= resetAtMs ? quota : remaining;
}
