import { z } from 'zod';

/** A time in a query. @returns milliseconds since the epoch */
export const timeQuery = z.iso
  .datetime({ offset: true, error: 'expected a time such as 2026-11-26T13:00:00Z' })
  .transform((text) => Date.parse(text));
