import * as char from './characters.ts';
import type { JsonLimits } from './scanner.ts';

const FIRST_BEYOND_ASCII = 0x80;

/**
 * Reads an object whose text is plain: ASCII without a backslash, as that of most tokens is. JSON.parse takes a third of the
 * scanner's time there, and keeps to the grammar. What it would not mind shows in what it read: without a backslash each
 * quote of the text is one around a name or a value, so that a name which occurs twice leaves more of them in the text than
 * in the object.
 * @returns undefined where the scanner has to say what it is
 */
export function parsePlainJson(
  bytes: Buffer,
  { maxDepth, maxMembers }: JsonLimits,
): Record<string, unknown> | undefined {
  const quotes = quotesOfPlain(bytes);
  if (quotes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('latin1'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return quotesAround(value, maxDepth, maxMembers) === quotes
    ? (value as Record<string, unknown>)
    : undefined;
}

/** @returns undefined where it is not plain */
function quotesOfPlain(bytes: Buffer): number | undefined {
  let quotes = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === char.QUOTE) quotes += 1;
    else if (byte === char.BACKSLASH || byte >= FIRST_BEYOND_ASCII) return undefined;
  }
  return quotes;
}

/** How many quotes a value is written with; not a number where it exceeds the limits or may have been written otherwise. */
function quotesAround(value: unknown, maxDepth: number, maxMembers: number): number {
  if (typeof value === 'string') return 2;
  // Zero may stand for what was too small.
  if (typeof value === 'number')
    return value !== 0 && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (maxDepth === 0) return Number.NaN;
  let quotes = 0;
  if (Array.isArray(value)) {
    for (const item of value) quotes += quotesAround(item, maxDepth - 1, maxMembers);
    return quotes;
  }
  const members = value as Record<string, unknown>;
  let count = 0;
  for (const name in members) {
    count += 1;
    quotes += 2 + quotesAround(members[name], maxDepth - 1, maxMembers);
  }
  return count > maxMembers ? Number.NaN : quotes;
}
