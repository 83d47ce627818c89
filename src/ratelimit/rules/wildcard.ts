/** A value with stars, cut at them: what a text must start with, hold in this order, and end with. */
export interface WildcardPattern {
  start: string;
  middle: readonly string[];
  end: string;
}

/** @returns undefined where the value has no `*` and so stands for itself */
export function parseWildcard(value: string): WildcardPattern | undefined {
  const [start, ...rest] = value.split('*');
  const end = rest.pop();
  return start === undefined || end === undefined ? undefined : { start, middle: rest, end };
}

/** Whether the pattern fits the whole text; each star stands for any run of characters, also for none. */
export function fitsWildcard({ start, middle, end }: WildcardPattern, text: string): boolean {
  if (!text.startsWith(start)) return false;
  let from = start.length;
  for (const part of middle) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - end.length >= from && text.endsWith(end);
}
