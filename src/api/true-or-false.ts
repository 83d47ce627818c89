import { z } from 'zod';

/** A query parameter that is `true` or `false`. */
export function trueOrFalse() {
  return z.enum(['true', 'false'], { error: 'expected true or false' }).transform((text) => text === 'true');
}
