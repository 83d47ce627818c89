/** All places of a text, to have a decoder look at each. */
export function everyPlace(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => at);
}
