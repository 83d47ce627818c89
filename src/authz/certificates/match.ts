import type { PatternSegment } from '../../config/index.ts';

/** What a name's captures may hold: such names are safe in logs, headers and rate-limit descriptors. */
const CAPTURED = /^[A-Za-z0-9._-]+$/;

/**
 * Fits text to a pattern.
 * @returns the text of each named placeholder; undefined when it does not fit
 */
export function matchPattern(
  pattern: readonly PatternSegment[],
  text: string,
  separator?: string,
): Map<string, string> | undefined {
  const parts = separator === undefined ? [text] : text.split(separator);
  if (parts.length !== pattern.length) return undefined;
  const captures = new Map<string, string>();
  for (const [index, { prefix, placeholder, suffix }] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (placeholder === undefined) {
      if (part !== prefix) return undefined;
      continue;
    }
    if (part.length <= prefix.length + suffix.length) return undefined;
    if (!part.startsWith(prefix) || !part.endsWith(suffix)) return undefined;
    if (placeholder === '*') continue;
    const captured = part.slice(prefix.length, part.length - suffix.length);
    if (!CAPTURED.test(captured)) return undefined;
    captures.set(placeholder, captured);
  }
  return captures;
}
