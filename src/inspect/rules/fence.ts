const FENCE = '```';

/** Whether a place of a text lies within a fenced block of Markdown (https://spec.commonmark.org/0.31.2/#fenced-code-blocks). */
export function isFenced(text: string, position: number): boolean {
  let fences = 0;
  for (let at = text.indexOf(FENCE); at >= 0 && at < position; at = text.indexOf(FENCE, at + FENCE.length))
    fences += 1;
  return fences % 2 === 1 && text.indexOf(FENCE, position) >= 0;
}
