/** Values as Go's strconv and time packages read them, which is how envoyproxy/ratelimit reads its environment. */

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** strconv.ParseBool; undefined where it is none. */
export function parseGoBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

const UNIT_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** time.ParseDuration, such as `1h30m` or `500us`, in milliseconds; undefined where it is none or below zero. */
export function parseGoDurationMs(text: string): number | undefined {
  if (/^\+?0$/.test(text)) return 0;
  let ms = 0;
  let at = text.startsWith('+') ? 1 : 0;
  if (at === text.length) return undefined;
  while (at < text.length) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) return undefined;
    ms += Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
    at = PART.lastIndex;
  }
  return ms;
}

/** envconfig's maps, `k1:v1,k2:v2`; undefined where a part is no pair. */
export function parseGoMap(text: string, separator = ':'): Record<string, string> | undefined {
  if (text.trim() === '') return {};
  const entries: [string, string][] = [];
  for (const pair of text.split(',')) {
    const at = pair.indexOf(separator);
    if (at < 1) return undefined;
    entries.push([pair.slice(0, at), pair.slice(at + 1)]);
  }
  return Object.fromEntries(entries);
}
