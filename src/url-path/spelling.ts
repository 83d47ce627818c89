/** The path of a request, in the two ways in which it is matched. */
export interface UrlPath {
  /** As Envoy routes it: percent-encoded unreserved characters decoded, split at the slashes. */
  segments: readonly string[];
  /**
   * As the most forgiving of servers might take it: all decoded, letter case, compatibility forms, path parameters, dots
   * and spaces at the end of a segment, and a slash at the end of the path left out. The same array where that changes nothing.
   */
  folded: readonly string[];
}

export type PathReading = { ok: true; path: UrlPath } | { ok: false; problem: string };

/** Nothing here has a second spelling or meaning. */
const PLAIN = /^(?:\/[a-z0-9_~-]+)+$/;
/** RFC 3986, section 2.3. */
const ENCODED_UNRESERVED = /%(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae]|3[0-9]|2[de])/gi;
const MALFORMED_ESCAPE = /%(?![0-9a-f]{2})/i;
const ENCODED = /%[0-9a-f]{2}/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const UNFIT = /[\u0000-\u0020\u007f-\uffff#\\]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const UNFIT_DECODED = /[\u0000-\u001f\u007f/\\]/;
/** Where a path parameter begins (RFC 3986, section 3.3), or what is query or fragment where all is decoded first. */
const TAIL = /[;?#]/;
const END_OF_PATH = /[?#]/;

/**
 * Reads the path of a request target. Envoy, authz and the server behind them must not take one spelling for different
 * paths, so one that invites it is a problem: Envoy with `normalize_path`, `merge_slashes` and
 * `path_with_escaped_slashes_action` removes or refuses most of these itself.
 * @param target `:path` as the request has it, with the query string
 * @returns the problem as a clause without a subject, such as `has two slashes in a row`
 */
export function readUrlPath(target: string): PathReading {
  const query = target.indexOf('?');
  const raw = query < 0 ? target : target.slice(0, query);
  if (PLAIN.test(raw)) return plain(raw.slice(1).split('/'));
  if (!raw.startsWith('/')) return refused('does not start with a slash');
  if (UNFIT.test(raw))
    return refused('has a fragment, a backslash or a character that must be percent-encoded');
  if (MALFORMED_ESCAPE.test(raw)) return refused('has a % without two hex digits');
  const decoded = raw.replace(ENCODED_UNRESERVED, (triplet) =>
    String.fromCharCode(Number.parseInt(triplet.slice(1), 16)),
  );
  const segments = decoded.slice(1).split('/');
  const folded: string[] = [];
  let ended = false;
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '') {
      if (isLast) continue;
      return refused('has two slashes in a row');
    }
    const text = decodeSegment(segment);
    if (text === undefined) return refused('has escapes that are not UTF-8');
    const compatible = text.normalize('NFKC');
    if (UNFIT_DECODED.test(compatible))
      return refused('has an encoded slash, backslash or control character');
    if (ENCODED.test(compatible)) return refused('is percent-encoded twice');
    const name = foldSegment(compatible);
    if (name === '') return refused('has a segment of dots, spaces or parameters alone');
    if (!ended) folded.push(name);
    ended ||= END_OF_PATH.test(compatible);
  }
  return { ok: true, path: { segments, folded } };
}

/** A decoded segment as the most forgiving of servers might take it. */
export function foldSegment(segment: string): string {
  // Upper case first: some letters, such as the dotless i, have an ASCII letter as their capital.
  const name = segment.toUpperCase().toLowerCase();
  const tail = name.search(TAIL);
  let end = tail < 0 ? name.length : tail;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function plain(segments: readonly string[]): PathReading {
  return { ok: true, path: { segments, folded: segments } };
}

function refused(problem: string): PathReading {
  return { ok: false, problem };
}
