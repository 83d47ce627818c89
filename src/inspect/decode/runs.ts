/** From the first UTF-16 unit to after the last one. */
export interface Run {
  start: number;
  end: number;
}

/** Some ASCII characters, by their codes. */
export type Characters = Uint8Array;

export function charactersOf(text: string): Characters {
  const characters = new Uint8Array(128);
  for (let at = 0; at < text.length; at += 1) characters[text.charCodeAt(at)] = 1;
  return characters;
}

/**
 * The runs of at least minLength of some characters. A run of that length has one in every minLength-th place, so that most
 * of a text is not looked at.
 */
export function runsOf(text: string, characters: Characters, minLength: number): Run[] {
  const runs: Run[] = [];
  const has = (at: number) => {
    const code = text.charCodeAt(at);
    return code < 128 && characters[code] === 1;
  };
  let least = 0;
  for (let at = minLength - 1; at < text.length; at += minLength) {
    if (!has(at)) continue;
    let start = at;
    while (start > least && has(start - 1)) start -= 1;
    let end = at + 1;
    while (end < text.length && has(end)) end += 1;
    if (end - start >= minLength) runs.push({ start, end });
    least = end;
    at = Math.max(at, end - minLength);
  }
  return runs;
}
