/** After ten reads V8 has looked at what it reads from. */
const READS = 100;

/**
 * Gives String.prototype back to V8's compiler. A class that extends String, of which ioredis has one, makes V8 keep it as
 * a dictionary, and each call of a string's method in optimised code looks the method up anew (20 to 40 ns, a twentieth of
 * a check's CPU) instead of having it inlined. It stays so until the method of an object is read, and not of a string.
 */
export function inlineStringMethods(): void {
  const text: object = Object('a');
  for (let read = 0; read < READS; read += 1) readFrom(text as unknown as string);
}

function readFrom(text: string): number {
  return text.charCodeAt(0);
}
