/**
 * A path pattern: literal segments, `*` for exactly one segment of any text, and `**` at its end for any rest, none
 * included. The signs are those of Envoy's URI templates.
 */
export interface PathPattern {
  text: string;
  segments: readonly string[];
  /** Ends with `**`, which is not among the segments. */
  open: boolean;
}

export const ANY_SEGMENT = '*';
const ANY_REST = '**';
/** What RFC 3986 lets stand in a path unencoded, but for the signs `*` and `;`, which mean something else here. */
const LITERAL = /^[A-Za-z0-9._~!$&'()+,=:@-]+$/;

/** @returns the pattern, or what is wrong with the text as the end of a sentence that begins with `expected` */
export function parsePathPattern(text: string): PathPattern | string {
  if (!text.startsWith('/')) return 'a path that starts with /';
  const parts = text === '/' ? [''] : text.slice(1).split('/');
  const open = parts.at(-1) === ANY_REST;
  const segments = open ? parts.slice(0, -1) : parts;
  for (const [index, segment] of segments.entries()) {
    const isTrailing = segment === '' && index === segments.length - 1 && !open;
    if (isTrailing || segment === ANY_SEGMENT) continue;
    if (segment === ANY_REST) return `${ANY_REST} only at the end`;
    if (segment === '') return 'single slashes: two in a row reach no route';
    if (/^[.]+$/.test(segment)) return 'no dot segments: they reach no route';
    if (!LITERAL.test(segment)) {
      return `segments of letters, digits and -._~!$&'()+,=:@ without percent-encoding, ${ANY_SEGMENT} for one of any text and ${ANY_REST} for the rest`;
    }
  }
  return { text, segments, open };
}

/** Whether a path matches. @param segments of the path, split at its slashes */
export function matchesPath({ segments: wanted, open }: PathPattern, segments: readonly string[]): boolean {
  if (open ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index += 1) {
    const literal = wanted[index];
    const segment = segments[index];
    if (literal === ANY_SEGMENT ? segment === '' : literal !== segment) return false;
  }
  return true;
}

export type PatternRelation = 'disjoint' | 'equal' | 'narrower' | 'wider' | 'crossing';

/** How the paths that `a` matches lie to those that `b` matches; `crossing`: some are both's, and each has others. */
export function relate(a: PathPattern, b: PathPattern): PatternRelation {
  const shared = Math.min(a.segments.length, b.segments.length);
  let aHasMore = a.segments.length < b.segments.length || (a.open && !b.open);
  let bHasMore = b.segments.length < a.segments.length || (b.open && !a.open);
  if (a.segments.length < b.segments.length && !a.open) return 'disjoint';
  if (b.segments.length < a.segments.length && !b.open) return 'disjoint';
  for (let index = 0; index < shared; index += 1) {
    const ours = a.segments[index] as string;
    const theirs = b.segments[index] as string;
    if (ours === theirs) continue;
    if (ours === ANY_SEGMENT && theirs !== '') aHasMore = true;
    else if (theirs === ANY_SEGMENT && ours !== '') bHasMore = true;
    else return 'disjoint';
  }
  if (aHasMore && bHasMore) return 'crossing';
  if (aHasMore) return 'wider';
  return bHasMore ? 'narrower' : 'equal';
}
